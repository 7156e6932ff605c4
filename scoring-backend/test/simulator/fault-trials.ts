/**
 * Faults in services that the engine has known for some days. A fault is found when an anomaly ends after it began and
 * before five minutes after its end, in a stream that was not in alarm already; how soon is told in event time, from the
 * fault's beginning to the end of the unit that was flagged.
 */
import { START, DAY, Simulation } from './simulation.ts';
import { FAULTS, HEALTHY, type Conduct } from './faults.ts';
import { Feed } from './feed.ts';
import { Random } from '../quality/calibration-traffic.ts';
import type { Anomaly } from '../../src/engine/outputs.ts';
import { causeOf } from './episodes.ts';
import type { Shape } from './shapes.ts';

export interface Trial {
  readonly shape: string;
  readonly fault: string;
  readonly found: boolean;
  /** From the fault's beginning to the end of the first flagged unit, in ms; Infinity when not found. */
  readonly afterMs: number;
  /** What found it, '' when nothing did. */
  readonly cause: string;
}

const MINUTE = 60_000;
const AFTERMATH_MS = 5 * MINUTE;
/** In alarm already: an anomaly in so long before the fault. */
const BEFORE_MS = 10 * MINUTE;

/** A service that is faster than its fault-free weeks: a fault needs traffic to show in. */
export function busier(shape: Shape): Shape {
  return { ...shape, rate: Math.max(0.5, 4 * shape.rate) };
}

/**
 * All kinds of faults, each in a service that continues from the same history of `days`, and one trial without a fault
 * ("none"), which tells how often something is found by chance.
 */
export function faultTrials(shape: Shape, seed: number, days: number, faults = FAULTS): Trial[] {
  const first = new Feed(shape.name);
  const history = new Simulation(busier(shape), seed, first);
  // It breaks in the middle of a day.
  history.run(START + days * DAY + 11 * 3_600_000 + 10_000 * (seed % 360));
  first.take();
  const known = { snapshot: first.engine.snapshot(), pool: first.pool };
  const random = new Random(seed ^ 0x5eed);
  const cases: { name: string; minutes: number; conduct: Conduct }[] = faults.map((fault) => ({
    ...{ name: fault.name, minutes: fault.minutes, conduct: fault.conduct(random) },
  }));
  cases.push({ name: 'none', minutes: 20, conduct: HEALTHY });
  return cases.map(({ name, minutes, conduct }, i) => {
    const feed = new Feed(shape.name, known);
    const simulation = history.fork(seed * 31 + i, feed);
    simulation.run(history.nowMs + 2 * BEFORE_MS);
    const faultMs = simulation.nowMs;
    simulation.run(faultMs + minutes * MINUTE, conduct);
    simulation.run(faultMs + minutes * MINUTE + AFTERMATH_MS);
    return trial(shape.name, name, faultMs, feed.take().anomalies);
  });
}

function trial(shape: string, fault: string, faultMs: number, anomalies: readonly Anomaly[]): Trial {
  const spoiled = anomalies.some(({ endMs }) => endMs > faultMs - BEFORE_MS && endMs <= faultMs);
  const after = anomalies.filter(({ endMs }) => endMs > faultMs).sort((a, b) => a.endMs - b.endMs);
  if (spoiled || after.length === 0)
    return { shape, fault, found: false, afterMs: Infinity, cause: spoiled ? 'alarm before' : '' };
  const [firstOne] = after;
  const cause = causeOf({ startMs: firstOne.startMs, endMs: firstOne.endMs, anomalies: [firstOne] });
  return { shape, fault, found: true, afterMs: firstOne.endMs - faultMs, cause };
}
