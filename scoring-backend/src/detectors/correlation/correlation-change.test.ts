import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { CoupledServices, JUDGING_COUPLINGS, type Parted } from '../../../test/simulator/coupled-services.ts';
import { SeededRandom } from '../random.ts';
import { type CorrelationChange, CorrelationChanges } from './correlation-change.ts';

const DAY = 24 * 60;
const PER_WEEK = 0.25;
/** Seeds per kind of services. */
const RUNS = process.env.SEISMO_SOAK === '1' ? 12 : 2;

describe('CorrelationChanges', { timeout: 120_000 }, () => {
  it('tells of services that no longer follow their front within an hour, whether they fall silent or go their own way', () => {
    const delays: number[] = [];
    let trials = 0;
    for (const shape of JUDGING_COUPLINGS)
      for (let run = 0; run < RUNS; run++)
        for (const service of followersOf(shape))
          for (const alone of [true, false]) {
            trials++;
            const delay = delayOf(shape, 1_000 * run + service, { service, alone });
            if (delay <= 60) delays.push(delay);
          }
    expect(delays.length / trials).toBeGreaterThan(0.8);
    expect(delays.sort((a, b) => a - b)[delays.length >> 1]).toBeLessThan(40);
  });

  it('tells no more than twice what was promised in weeks in which services move together as ever', () => {
    const weeks = 4;
    let told = 0;
    for (const shape of JUDGING_COUPLINGS)
      for (let run = 0; run < RUNS; run++) {
        const services = new CoupledServices(shape, 77_000 + run);
        const changes = new CorrelationChanges(PER_WEEK);
        for (let minute = 0; minute < weeks * 7 * DAY; minute++) told += changes.take(services.next()).length;
      }
    expect(told).toBeLessThanOrEqual(2 * PER_WEEK * weeks * RUNS * JUDGING_COUPLINGS.length);
  });

  it('says nothing of streams that never belonged together, however alike their days and nights are', () => {
    const random = new SeededRandom(1);
    const changes = new CorrelationChanges(PER_WEEK);
    for (let minute = 0; minute < 14 * DAY; minute++) {
      const level = 60 + 50 * Math.sin((2 * Math.PI * minute) / DAY);
      const counts = Float64Array.from({ length: 4 }, () => Math.round(level + Math.sqrt(level) * random.normal()));
      expect(changes.take(counts)).toEqual([]);
    }
  });

  it('tells once of a service that stays parted, and of all that it has parted from', () => {
    const services = new Load(5, 8);
    const changes = new CorrelationChanges(PER_WEEK);
    const told: CorrelationChange[] = [];
    for (let minute = 0; minute < 4 * DAY; minute++) told.push(...changes.take(services.next(minute >= 3 * DAY)));
    expect(told).toHaveLength(1);
    expect(told[0].streams[0]).toBe(2);
    expect(told[0].others.length).toBeGreaterThanOrEqual(4);
    expect(told[0].expected).toBeGreaterThan(0.6);
    expect(told[0].actual).toBeLessThan(0.3);
  });

  it('forgets a stream whose place another one takes', () => {
    const services = new Load(6, 2);
    const changes = new CorrelationChanges(PER_WEEK);
    for (let minute = 0; minute < 3 * DAY; minute++) changes.take(services.next(false));
    changes.forget(1);
    const stranger = new SeededRandom(3);
    for (let minute = 0; minute < 180; minute++)
      expect(changes.take(Float64Array.of(services.next(false)[0], stranger.below(200)))).toEqual([]);
  });

  it('sees a part of a real log that no longer goes with the others', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const counts = countsOfHdfs(join(referenceData ?? '', 'hdfs-raw/hdfs.log.gz'));
    const partedFrom = Math.floor(counts.length * 0.9);
    const told = { before: 0, after: 0 };
    const changes = new CorrelationChanges(PER_WEEK);
    counts.forEach((step, minute) => {
      // A component logs what it logged half a day before.
      if (minute >= partedFrom) step[1] = counts[minute - DAY / 2][1];
      const found = changes.take(step);
      told[minute < partedFrom ? 'before' : 'after'] += found.filter(({ streams }) =>
        minute < partedFrom ? true : streams.includes(1),
      ).length;
    });
    expect(told).toEqual({ before: 0, after: 1 });
  });
});

/** The services behind the front that hear of most requests from it. */
function followersOf({ behind }: (typeof JUDGING_COUPLINGS)[number]): number[] {
  return behind.flatMap(({ share, own }, i) => (share >= 0.5 && own <= 0.3 ? [i + 1] : []));
}

/** Minutes until a parting on the ninth day is told, Infinity when it is not within two hours. */
function delayOf(shape: (typeof JUDGING_COUPLINGS)[number], seed: number, parted: Parted): number {
  const services = new CoupledServices(shape, seed);
  const changes = new CorrelationChanges(PER_WEEK);
  const since = 8 * DAY + 10 * 60;
  for (let minute = 0; minute < since + 120; minute++) {
    const found = changes.take(services.next(minute < since ? undefined : parted));
    if (minute >= since && found.some(({ streams }) => streams.includes(parted.service))) return minute - since + 1;
  }
  return Infinity;
}

/** Services under one load; the third one can go its own way, with the same spread. */
class Load {
  readonly #random: SeededRandom;
  readonly #services: number;
  #load = 0;
  #own = 0;

  constructor(seed: number, services: number) {
    this.#random = new SeededRandom(seed);
    this.#services = services;
  }

  next(parted: boolean): Float64Array {
    const random = this.#random;
    this.#load = 0.8 * this.#load + 0.6 * random.normal();
    this.#own = 0.8 * this.#own + 0.6 * random.normal();
    return Float64Array.from({ length: this.#services }, (_, s) =>
      Math.round(40 * (s + 1) * 2 ** (0.5 * (parted && s === 2 ? this.#own : this.#load) + 0.12 * random.normal())),
    );
  }
}

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
