import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { Random } from '../../../test/quality/calibration-traffic.ts';
import { auc } from '../../../test/windows/separation.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { Duration } from './duration.ts';

/** Requests of 80 ms or so, with a long tail; every eighth waits for another service. */
function requestMs(random: Random): number {
  return (random.next() < 0.125 ? 400 : 80) * Math.exp(0.5 * random.normal());
}

/** How long blocks of a file system were written and read, in order of their first lines, and which of them failed. */
function blocks(): { ms: number; failed: boolean }[] {
  const read = (file: string): string =>
    gunzipSync(readFileSync(join(referenceData ?? '', 'hdfs-raw', file))).toString('latin1');
  const failed = new Set([...read('labels.csv.gz').matchAll(/^(blk_[-\d]+),1$/gm)].map(([, block]) => block));
  const spans = new Map<string, [firstMs: number, lastMs: number]>();
  for (const [, year, month, day, hour, minute, second, block] of read('hdfs.log.gz').matchAll(LINE)) {
    const atMs = Date.parse(`20${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    spans.set(block, [spans.get(block)?.[0] ?? atMs, atMs]);
  }
  return [...spans].map(([block, [firstMs, lastMs]]) => ({ ms: lastMs - firstMs, failed: failed.has(block) }));
}

const LINE = /^(\d\d)(\d\d)(\d\d) (\d\d)(\d\d)(\d\d) .*?(blk_-?\d+)/gm;

describe('the duration of a session', () => {
  it('separates sessions that take ten times as long, or a tenth, from the usual ones', () => {
    const [random, duration] = [new Random(3), new Duration()];
    const [normal, odd]: number[][] = [[], []];
    for (let i = 0; i < 3_000; i++) {
      const ms = requestMs(random);
      if (i >= 500) normal.push(duration.judge(ms));
      if (i >= 500 && i % 10 === 0) odd.push(duration.judge(i % 20 === 0 ? 10 * ms : ms / 10));
      duration.learn(ms);
    }
    expect(auc(normal, odd)).toBeGreaterThan(0.9);
    expect(duration.expectedMs).toBeGreaterThan(70);
    expect(duration.expectedMs).toBeLessThan(140);
  });

  it('separates failed blocks of a real file system from others, and ones made thirty times as long', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const duration = new Duration();
    const found = { normal: [] as number[], failed: [] as number[], slow: [] as number[] };
    blocks().forEach(({ ms, failed }, i) => {
      if (i >= 1_000) found[failed ? 'failed' : 'normal'].push(duration.judge(ms));
      if (i >= 1_000 && i % 10 === 0) found.slow.push(duration.judge(30 * ms));
      if (!failed) duration.learn(ms);
    });
    expect(found.failed.length).toBeGreaterThan(300);
    // Blocks live from seconds to most of a day: that one is slow says less than how it went.
    expect(auc(found.normal, found.failed)).toBeGreaterThan(0.62);
    expect(auc(found.normal, found.slow)).toBeGreaterThan(0.8);
  });

  it('continues the same after it was saved', () => {
    const [random, duration] = [new Random(4), new Duration()];
    for (let i = 0; i < 1_200; i++) duration.learn(requestMs(random));
    const writer = new StateWriter();
    duration.save(writer);
    const again = new Duration();
    again.load(new StateReader(writer.finish()));
    for (let i = 0; i < 200; i++) {
      const ms = requestMs(random);
      expect([again.ready, again.judge(ms), again.expectedMs]).toEqual([true, duration.judge(ms), duration.expectedMs]);
      for (const one of [duration, again]) one.learn(ms);
    }
  });
});
