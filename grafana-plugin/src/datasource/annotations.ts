/** Anomalies as annotations on any dashboard: a region per run of anomalies, with rarity and reason of the rarest. */
import type { AnnotationEvent, AnnotationSupport, DataFrame } from '@grafana/data';
import { of } from 'rxjs';
import { anomalyMarks, isAnomalyTable, type AnomalyMark } from '../verdicts/anomaly-marks.ts';
import { rarityPhrase } from '../verdicts/rarity.ts';
import { streamKey, streamLabel } from '../verdicts/stream.ts';
import type { SeismoQuery } from './query.ts';

/** In characters. */
const MOST_TEXT = 200;

export const annotationSupport: AnnotationSupport<SeismoQuery> = {
  getDefaultQuery: () => ({ queryType: 'anomalies' }),
  // Whatever was chosen before, only anomalies can be annotations.
  prepareQuery: ({ target }) => ({ ...target, refId: target?.refId ?? 'Anno', queryType: 'anomalies' }),
  processEvents: (_annotation, frames) => of(anomalyEvents(frames)),
};

export function anomalyEvents(frames: readonly DataFrame[]): AnnotationEvent[] {
  return runs(frames.filter(isAnomalyTable).flatMap(anomalyMarks)).map((run) => {
    const rarest = run.reduce((a, b) => (b.score > a.score ? b : a));
    const [time, timeEnd] = [run[0].startMs, Math.max(...run.map(({ endMs }) => endMs))];
    const others = run.length === 1 ? '' : ` (the rarest of ${run.length} in a row)`;
    // No id: with one, Grafana offers to edit and to delete what it thinks is its own annotation.
    return {
      time,
      timeEnd,
      isRegion: timeEnd > time,
      title: streamLabel(rarest.stream),
      text: [rarityPhrase(rarest.score) + others, shortened(rarest.reason)].filter((part) => part !== '').join(': '),
      tags: ['anomaly', rarest.stream.service].filter((tag) => tag !== ''),
    };
  });
}

/**
 * Anomalies of a stream that follow each other without a gap, together. Grafana draws a line at both ends of each
 * region: one per window would hide what is below.
 */
function runs(marks: readonly AnomalyMark[]): AnomalyMark[][] {
  const found: AnomalyMark[][] = [];
  const open = new Map<string, { run: AnomalyMark[]; endMs: number }>();
  for (const mark of [...marks].sort((a, b) => a.startMs - b.startMs)) {
    const key = streamKey(mark.stream);
    const last = open.get(key);
    if (last && mark.startMs <= last.endMs) {
      last.run.push(mark);
      last.endMs = Math.max(last.endMs, mark.endMs);
    } else {
      const run = [mark];
      found.push(run);
      open.set(key, { run, endMs: mark.endMs });
    }
  }
  return found;
}

/** Grafana's tooltip grows with its text. All reasons are with the anomaly itself. */
function shortened(reason: string): string {
  return reason.length > MOST_TEXT ? `${reason.slice(0, MOST_TEXT).trimEnd()} …` : reason;
}
