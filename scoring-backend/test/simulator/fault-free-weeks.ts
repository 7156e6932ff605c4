/** Fault-free weeks of services, and the episodes that the engine sees in them: each is a false alarm. */
import type { Anomaly } from '../../src/engine/outputs.ts';
import { episodesOf, type Episode } from './episodes.ts';
import { Feed } from './feed.ts';
import type { Shape } from './shapes.ts';
import { Simulation, START, WEEK } from './simulation.ts';

export interface FaultFreeRun {
  readonly shape: Shape;
  readonly seed: number;
  readonly weeks: number;
  readonly records: number;
  readonly episodes: readonly Episode[];
}

/** Runs one service for so many weeks from its first line. */
export function faultFreeWeeks(shape: Shape, seed: number, weeks: number): FaultFreeRun {
  const feed = new Feed(shape.name);
  const simulation = new Simulation(shape, seed, feed);
  const anomalies: Anomaly[] = [];
  for (let week = 0; week < weeks; week++)
    for (let day = 1; day <= 7; day++) {
      simulation.run(START + week * WEEK + (day * WEEK) / 7);
      anomalies.push(...feed.take().anomalies);
    }
  return { shape, seed, weeks, records: feed.records, episodes: episodesOf(anomalies) };
}
