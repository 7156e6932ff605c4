import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { auc } from '../../../test/windows/separation.ts';
import { StateReader, StateWriter } from '../../engine/state-codec.ts';
import { SeededRandom } from '../random.ts';
import { CorrelationChanges } from './correlation-change.ts';

const STREAMS = 6;

/** Services under one load; one of them can go its own way, with the same spread. */
class Services {
  readonly #random: SeededRandom;
  #load = 0;
  #own = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  next(parted: boolean): Float64Array {
    const random = this.#random;
    this.#load = 0.8 * this.#load + 0.6 * random.normal();
    this.#own = 0.8 * this.#own + 0.6 * random.normal();
    return Float64Array.from({ length: STREAMS }, (_, s) =>
      Math.round(40 * (s + 1) * 2 ** (0.5 * (parted && s === 2 ? this.#own : this.#load) + 0.12 * random.normal())),
    );
  }
}

describe('CorrelationChanges', () => {
  it('separates a service that goes its own way from normal traffic, and names it', () => {
    const services = new Services(4);
    const changes = new CorrelationChanges();
    const [normal, odd]: number[][] = [[], []];
    let named = 0;
    for (let step = 0; step < 3_000; step++) {
      const phase = step % 300;
      const parted = step > 600 && phase >= 270;
      const counts = services.next(parted);
      const found = changes.judge(counts);
      // What is partly of one kind and partly of the other is neither.
      if (step > 600 && found !== undefined) {
        if (phase >= 285) {
          odd.push(found.magnitude);
          if (found.streams[0] === 2) named++;
        } else if (phase >= 30 && phase < 270) normal.push(found.magnitude);
      }
      if (!parted) changes.learn(counts);
      changes.next();
    }
    expect(auc(normal, odd)).toBeGreaterThan(0.9);
    expect(named / odd.length).toBeGreaterThan(0.8);
    expect(normal.filter((magnitude) => magnitude >= 2).length / normal.length).toBeLessThan(0.03);
  });

  it('says nothing of streams that never belonged together, nor of few steps', () => {
    const random = new SeededRandom(1);
    const changes = new CorrelationChanges();
    for (let step = 0; step < 400; step++) {
      const counts = Float64Array.from({ length: 4 }, () => random.below(200));
      expect(changes.judge(counts)).toBeUndefined();
      changes.learn(counts);
      changes.next();
    }
  });

  it('continues from what was saved as if nothing had been', () => {
    const services = new Services(6);
    const changes = new CorrelationChanges();
    const step = (each: CorrelationChanges, counts: Float64Array): unknown => {
      const found = each.judge(counts);
      each.learn(counts);
      each.next();
      return found;
    };
    for (let i = 0; i < 207; i++) step(changes, services.next(false));
    const to = new StateWriter();
    changes.save(to);
    const again = new CorrelationChanges();
    again.load(new StateReader(to.finish()));
    for (let i = 0; i < 60; i++) {
      const counts = services.next(i > 30);
      expect(step(again, counts)).toEqual(step(changes, counts));
    }
  });

  it('sees a part of a real log that no longer goes with the others', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const counts = countsOfHdfs(join(referenceData ?? '', 'hdfs-raw/hdfs.log.gz'));
    const changes = new CorrelationChanges();
    const [normal, odd]: number[][] = [[], []];
    const half = Math.floor(counts.length / 2);
    counts.forEach((step, i) => {
      const parted = i > half && i % 100 >= 70;
      // The second component logs what it logged long before.
      if (parted) step[1] = counts[i - half][1];
      const found = changes.judge(step);
      if (found !== undefined && i > half) {
        if (i % 100 >= 85) odd.push(found.magnitude);
        else if (i % 100 >= 20 && i % 100 < 70) normal.push(found.magnitude);
      }
      if (!parted) changes.learn(step);
      changes.next();
    });
    expect(odd.length).toBeGreaterThan(30);
    expect(auc(normal, odd)).toBeGreaterThan(0.6);
  });
});

/** Records per minute of the components of a file system, by the name in the line: `… INFO dfs.DataNode$PacketResponder: …`. */
function countsOfHdfs(file: string): Float64Array[] {
  const components = new Map<string, number>();
  const minutes = new Map<string, Float64Array>();
  for (const line of gunzipSync(readFileSync(file)).toString('latin1').split('\n')) {
    const [day, time, , , component = ''] = line.split(' ', 5);
    if (component === '') continue;
    if (!components.has(component)) components.set(component, components.size);
    const minute = `${day} ${time.slice(0, 4)}`;
    const counts = minutes.get(minute) ?? new Float64Array(8);
    minutes.set(minute, counts);
    const index = components.get(component) ?? 8;
    if (index < counts.length) counts[index]++;
  }
  return [...minutes.values()];
}
