/** What the budget is about: anomalies of one service with gaps of at most ten minutes are one episode. */
import type { Anomaly } from '../../src/engine/outputs.ts';

export interface Episode {
  readonly startMs: number;
  endMs: number;
  readonly anomalies: Anomaly[];
}

const GAP_MS = 600_000;

/** The episodes of one service's anomalies. */
export function episodesOf(anomalies: readonly Anomaly[]): Episode[] {
  const episodes: Episode[] = [];
  for (const anomaly of anomalies.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = episodes.at(-1);
    if (last !== undefined && anomaly.startMs <= last.endMs + GAP_MS) {
      last.endMs = Math.max(last.endMs, anomaly.endMs);
      last.anomalies.push(anomaly);
    } else episodes.push({ startMs: anomaly.startMs, endMs: anomaly.endMs, anomalies: [anomaly] });
  }
  return episodes;
}

/** What led to an episode, for a table: unit, window size and first reason of its first anomaly. */
export function causeOf({ anomalies: [first] }: Episode): string {
  const size = first.unit === 'window' ? `${(first.endMs - first.startMs) / 1000} s ` : '';
  return `${size}${first.unit}: ${first.reasons[0]?.kind ?? 'no reason'}`;
}
