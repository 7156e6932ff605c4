import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoupledServices, type Coupling } from '../../../test/simulator/coupled-services.ts';
import { window } from '../../../test/store-rows.ts';
import { CorrelationWatch } from './correlation-watch.ts';
import type { Drift, WindowVerdict } from '../outputs.ts';
import { type StreamMinute, streamKey } from './tenant-minutes.ts';
import { WindowOrder } from '../window-verdicts/window-order.ts';

const HOUR = 60;
const PARTED_AT = 30 * HOUR;
const END = PARTED_AT + HOUR;
const PAIR: Coupling = {
  ...{ name: 'pair', rate: 20, daily: 0.5, weekend: 1, swing: 0.3, swingMinutes: 6, restartsPerWeek: 0 },
  bursts: { perDay: 1, factor: 2, minutes: 5 },
  behind: [{ share: 0.9, own: 0.05, jobEveryMinutes: 60 }],
};

function minuteOf(tenant: string, service: string, minute: number, records: number): StreamMinute {
  const stream = { tenant, namespace: '', service, environment: '' };
  return { stream, key: streamKey(stream), startMs: minute * 60_000, records };
}

/** The windows of `front` and `back`, minute by minute; they part. */
function windowsOfPair(tenant = '', seed = 4): StreamMinute[][] {
  const services = new CoupledServices(PAIR, seed);
  return Array.from({ length: END }, (_, minute) => {
    const counts = services.next(minute < PARTED_AT ? undefined : { service: 1, alone: true });
    return [minuteOf(tenant, 'front', minute, counts[0]), minuteOf(tenant, 'back', minute, counts[1])];
  });
}

function watched(minutes: readonly (readonly StreamMinute[])[]): { told: Drift[]; watch: CorrelationWatch } {
  const told: Drift[] = [];
  const watch = new CorrelationWatch(1, (drifts) => told.push(...drifts));
  for (const each of minutes) watch.take(each);
  return { told, watch };
}

describe('CorrelationWatch', { timeout: 60_000 }, () => {
  it('names both services that have parted, since when, and minutes that show it', () => {
    const { told } = watched(windowsOfPair());
    expect(told).toHaveLength(1);
    const [{ stream, sinceMs, timeMs, correlation }] = told;
    expect([stream.service, correlation?.with.service].sort()).toEqual(['back', 'front']);
    expect(Math.abs(sinceMs - PARTED_AT * 60_000)).toBeLessThan(15 * 60_000);
    expect(timeMs).toBeGreaterThan(sinceMs);
    expect(correlation?.minutes.map(({ startMs }) => startMs)).toEqual(
      correlation?.minutes.map(({ startMs }) => startMs).sort((a, b) => a - b),
    );
  });

  it('says the same however the windows of a stretch of time come in, at once or by stream', () => {
    const minutes = windowsOfPair();
    const { told } = watched(minutes);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (lags) => {
        // One stream is some minutes behind the other one.
        const told2: Drift[] = [];
        const watch = new CorrelationWatch(1, (drifts) => told2.push(...drifts));
        watch.take(minutes[0]);
        let behind = 1;
        minutes.slice(1).forEach(([front], i) => {
          const minute = i + 1;
          watch.take([front]);
          while (behind <= minute - lags[minute % lags.length]) watch.take([minutes[behind++][1]]);
        });
        for (; behind < minutes.length; behind++) watch.take([minutes[behind][1]]);
        expect(told2).toEqual(told);
        expect(watch.counters().late).toBe(0);
      }),
      { numRuns: 10 },
    );
  });

  it('never holds streams of two tenants against each other', () => {
    const parted = windowsOfPair().map(([front, back]) => [
      front,
      { ...back, stream: { ...back.stream, tenant: 'other' }, key: streamKey({ ...back.stream, tenant: 'other' }) },
    ]);
    expect(watched(parted).told).toEqual([]);
    const both = windowsOfPair('a').map((each, i) => [...each, ...windowsB[i]]);
    expect(watched(both).told.map(({ stream }) => stream.tenant)).toEqual(expect.arrayContaining(['a', 'b']));
  });

  it('holds the 32 busiest streams of a tenant against each other, and counts the others', () => {
    const quiet = Array.from({ length: 40 }, (_, i) => `quiet-${i}`);
    // The pair comes last, when all places are taken.
    const minutes = windowsOfPair().map((pair, minute) => [
      ...quiet.map((service) => minuteOf('', service, minute, 1)),
      ...(minute === 0 ? [] : pair),
    ]);
    const { told, watch } = watched(minutes);
    expect(told).toHaveLength(1);
    expect(watch.counters().unwatched).toBe(10);
  });

  it('goes on without a stream that falls behind, counts what comes too late, and takes it in again', () => {
    const steady = (service: string, minute: number): StreamMinute => minuteOf('', service, minute, 5);
    const { watch } = watched([]);
    for (let minute = 0; minute < 60; minute++) {
      watch.take(['a', 'b'].map((service) => steady(service, minute)));
      if (minute < 10 || minute > 40) watch.take([steady('c', minute)]);
      // It says what it did half an hour before.
      if (minute === 40) for (let past = 10; past <= 40; past++) watch.take([steady('c', past)]);
    }
    // Its first one, as nobody knew of it, and what it said then.
    expect(watch.counters().late).toBe(1 + 31);
  });

  it('is not led astray by one stream whose clock is days ahead', () => {
    const minutes = windowsOfPair().map((pair, minute) => [
      ...pair,
      minuteOf('', 'steady', minute, 7),
      minuteOf('', 'ahead', minute + 10 * 24 * HOUR, 20),
    ]);
    expect(watched(minutes).told).toHaveLength(1);
  });

  it('goes on from windows that were kept as if it had seen them come, and tells none of them again', async () => {
    const minutes = windowsOfPair();
    const { told } = watched(minutes);
    const again: Drift[] = [];
    const watch = new CorrelationWatch(1, (drifts) => again.push(...drifts));
    const rebuilt = watch.rebuild(
      (async function* () {
        yield minutes.slice(0, PARTED_AT + 5).flat();
      })(),
    );
    // After a crash some windows come again, and new ones come while it still learns.
    for (const each of minutes.slice(PARTED_AT - 5)) watch.take(each);
    await rebuilt;
    expect(again).toEqual(told);
    expect(watch.counters()).toEqual({ found: 1, late: 0, unwatched: 0 });
  });
});

const windowsB = windowsOfPair('b', 6);

describe('WindowOrder', () => {
  const verdict = (service: string, minute: number, changes: Partial<WindowVerdict> = {}): WindowVerdict =>
    window({
      ...{ stream: { tenant: '', namespace: '', service, environment: '' } },
      startMs: minute * 60_000,
      ...changes,
    });

  it('hands on what all threads have reached, by time and stream, however the streams are spread', () => {
    const rounds = Array.from({ length: 20 }, (_, round) => [0, 1, 2, 3].map((s) => verdict(`s${s}`, round)));
    const spread = (threads: number, wait: (round: number, thread: number) => number): string[][] => {
      const handed: string[][] = [];
      const order = new WindowOrder(threads, (minutes) =>
        handed.push(minutes.map(({ startMs, stream }) => `${stream.service}@${startMs}`)),
      );
      const said = rounds.flatMap((all, round) =>
        Array.from({ length: threads }, (_, thread) => ({
          at: wait(round, thread),
          run: () =>
            order.take(
              thread,
              all.filter((_, s) => s % threads === thread),
              round + 1,
            ),
        })),
      );
      for (const { run } of said.sort((a, b) => a.at - b.at)) run();
      return handed;
    };
    const one = spread(1, (round) => round);
    expect(one).toHaveLength(20);
    expect(spread(2, (round, thread) => round + thread * 0.5).flat()).toEqual(one.flat());
    expect(spread(3, (round, thread) => round + thread * 7.3).flat()).toEqual(one.flat());
  });

  it('hands on windows of one minute alone, incomplete ones without their count', () => {
    const handed: StreamMinute[] = [];
    const order = new WindowOrder(1, (minutes) => handed.push(...minutes));
    order.take(0, [verdict('a', 1), verdict('a', 2, { incomplete: true }), verdict('a', 1, { sizeMs: 30_000 })], 1);
    expect(handed.map(({ records }) => records)).toEqual([120, NaN]);
  });

  it('waits for a thread that is down until too much waits, and counts that', () => {
    const handed: StreamMinute[] = [];
    const order = new WindowOrder(2, (minutes) => handed.push(...minutes), 10);
    for (let minute = 0; minute < 10; minute++) order.take(0, [verdict('a', minute)], minute + 1);
    expect(handed).toEqual([]);
    order.take(0, [verdict('a', 10)], 11);
    expect(handed).toHaveLength(11);
    expect(order.unordered).toBe(11);
  });
});
