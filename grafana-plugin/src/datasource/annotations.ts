/** Anomalies as annotations on any dashboard: a region per anomaly, with its rarity and reason. */
import type { AnnotationEvent, AnnotationSupport, DataFrame } from '@grafana/data';
import { of } from 'rxjs';
import { anomalyMarks, isAnomalyTable } from '../verdicts/anomaly-marks.ts';
import { rarityPhrase } from '../verdicts/rarity.ts';
import { streamLabel } from '../verdicts/stream.ts';
import type { SeismoQuery } from './query.ts';

export const annotationSupport: AnnotationSupport<SeismoQuery> = {
  getDefaultQuery: () => ({ queryType: 'anomalies' }),
  // Whatever was chosen before, only anomalies can be annotations.
  prepareQuery: ({ target }) => ({ ...target, refId: target?.refId ?? 'Anno', queryType: 'anomalies' }),
  processEvents: (_annotation, frames) => of(anomalyEvents(frames)),
};

export function anomalyEvents(frames: readonly DataFrame[]): AnnotationEvent[] {
  return frames.filter(isAnomalyTable).flatMap((frame) =>
    anomalyMarks(frame).map((mark) => ({
      id: mark.id,
      time: mark.startMs,
      timeEnd: mark.endMs,
      isRegion: mark.endMs > mark.startMs,
      title: streamLabel(mark.stream),
      text: [rarityPhrase(mark.score), mark.reason].filter((part) => part !== '').join(': '),
      tags: ['anomaly', mark.stream.service].filter((tag) => tag !== ''),
    })),
  );
}
