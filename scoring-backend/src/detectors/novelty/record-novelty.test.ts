import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { Random } from '../../../test/quality/calibration-traffic.ts';
import { auc } from '../../../test/windows/separation.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { createTemplateMiner } from '../../templates/miner.ts';
import { RecordNovelty } from './record-novelty.ts';

const TEMPLATES = 40;
const INJECTED = 50;

/** −log10 p of the next record, which is learned then. */
function next(novelty: RecordNovelty, template: number): number {
  novelty.grow(template + 1);
  if (novelty.stale) novelty.refresh();
  const magnitude = -Math.log10(novelty.p(template));
  novelty.learn(template);
  return magnitude;
}

/** Templates with weights 1, 1/2, 1/3 …: common ones, and a tail. */
function draw(random: Random): number {
  return Math.min(TEMPLATES - 1, Math.floor(TEMPLATES ** random.next()) - 1);
}

function share(magnitudes: readonly number[], from: number): number {
  return magnitudes.filter((magnitude) => magnitude >= from).length / magnitudes.length;
}

function hdfsLines(): string[] {
  return gunzipSync(readFileSync(join(referenceData ?? '', 'hdfs-raw/hdfs.log.gz')))
    .toString('latin1')
    .split('\n', 40_000);
}

function otherSystem(part: string): string {
  return join(referenceData ?? '', `loghub-2k/OpenSSH/OpenSSH_2k.log${part}`);
}

function minedMagnitudes(lines: readonly string[]): number[] {
  const miner = createTemplateMiner({ maxTemplates: 4_096, maxMessageBytes: 8_192 });
  const novelty = new RecordNovelty();
  return lines.map((line) => {
    const bytes = Buffer.from(line);
    const template = miner.mine(bytes, 0, bytes.length);
    novelty.grow(miner.size);
    for (const change of miner.takeChanges()) if (change.kind === 'merged') novelty.merge(change.from, change.to);
    return next(novelty, template);
  });
}

describe('the novelty of a record', () => {
  it('separates injected records of new templates from normal ones, and claims of these no more than is so', () => {
    const [random, novelty] = [new Random(31), new RecordNovelty()];
    const [normal, odd]: number[][] = [[], []];
    for (let i = 0; i < 20_000; i++) {
      const injected = i > 5_000 && i % 500 === 0;
      const magnitude = next(novelty, injected ? INJECTED + i / 500 : draw(random));
      if (i > 2_000) (injected ? odd : normal).push(magnitude);
    }
    expect(odd).toHaveLength(29);
    expect(auc(normal, odd)).toBeGreaterThan(0.95);
    expect(share(normal, 2)).toBeLessThan(0.015);
    expect(share(normal, 3)).toBeLessThan(0.003);
  });

  it('finds a template odd that has been away far longer than ever', () => {
    const [random, novelty] = [new Random(32), new RecordNovelty()];
    for (let i = 0; i < 5_000; i++) next(novelty, i % 100 === 0 ? INJECTED : draw(random));
    expect(next(novelty, INJECTED)).toBeLessThan(1);
    for (let i = 0; i < 3_000; i++) next(novelty, draw(random));
    expect(next(novelty, INJECTED)).toBeGreaterThan(1.5);
  });

  it('claims of the records of a real log no more than is so', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const magnitudes = minedMagnitudes(hdfsLines()).slice(5_000);
    expect(share(magnitudes, 1)).toBeLessThan(0.12);
    expect(share(magnitudes, 2)).toBeLessThan(0.02);
    expect(share(magnitudes, 3)).toBeLessThan(0.003);
    expect(Math.max(...magnitudes.slice(0, 1_000))).toBeGreaterThan(0);
  }, 60_000);

  it('separates lines of another system, put into a real log, from its own', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const lines = hdfsLines().slice(0, 20_000);
    // One line of each of its templates, so that none is known when it comes.
    const others = parse<{ LineId: string; EventId: string }>(readFileSync(otherSystem('_structured.csv')), {
      columns: true,
    });
    const first = new Map(others.toReversed().map(({ LineId, EventId }) => [EventId, Number(LineId)]));
    const texts = readFileSync(otherSystem(''), 'utf8').split(/\r?\n/);
    const injected = [...first.values()].map((line, i) => ({ at: 5_000 + i * 500, text: texts[line - 1] }));
    for (const { at, text } of injected) lines[at] = text;
    const magnitudes = minedMagnitudes(lines);
    const odd = injected.map(({ at }) => magnitudes[at]);
    expect(odd.length).toBeGreaterThan(20);
    const places = new Set(injected.map(({ at }) => at));
    expect(
      auc(
        magnitudes.filter((_, i) => i >= 5_000 && !places.has(i)),
        odd,
      ),
    ).toBeGreaterThan(0.95);
  }, 60_000);

  it('continues the same after it was saved', () => {
    const [random, novelty] = [new Random(33), new RecordNovelty()];
    for (let i = 0; i < 3_000; i++) next(novelty, draw(random));
    const to = new StateWriter();
    novelty.save(to);
    const again = new RecordNovelty();
    again.load(new StateReader(to.finish()));
    for (let i = 0; i < 500; i++) {
      const template = i % 100 === 7 ? INJECTED + i : draw(random);
      expect(next(again, template)).toBe(next(novelty, template));
    }
  });
});
