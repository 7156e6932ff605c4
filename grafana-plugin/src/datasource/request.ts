/** A request of our own to the datasource, outside of Grafana's query runner. */
import { CoreApp, type DataQueryRequest, type TimeRange } from '@grafana/data';
import type { SeismoQuery } from './query.ts';

export function requestFor(
  targets: SeismoQuery[],
  range: TimeRange,
  maxDataPoints: number,
): DataQueryRequest<SeismoQuery> {
  requests += 1;
  const span = range.to.valueOf() - range.from.valueOf();
  const intervalMs = Math.max(1000, Math.round(span / maxDataPoints));
  return {
    requestId: `seismo-${requests}`,
    app: CoreApp.Unknown,
    targets,
    range,
    maxDataPoints: Math.max(1, Math.round(maxDataPoints)),
    intervalMs,
    interval: `${Math.round(intervalMs / 1000)}s`,
    scopedVars: {},
    timezone: 'browser',
    startTime: Date.now(),
  };
}

/** Makes request ids unique within the page. */
let requests = 0;
