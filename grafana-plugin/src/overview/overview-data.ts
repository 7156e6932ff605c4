/** What the page shows, asked from the datasource. */
import { useEffect, useState } from 'react';
import { toDataFrame, type TimeRange } from '@grafana/data';
import type { WireAnomaly } from '@seismo/scoring-backend/api';
import { lastValueFrom } from 'rxjs';
import type { SeismoDatasource } from '../datasource/datasource.ts';
import type { SeismoQuery } from '../datasource/query.ts';
import { requestFor } from '../datasource/request.ts';
import { stripRows, type StripRow } from '../verdicts/strip-rows.ts';
import { failureWords } from '../datasource/failure-words.ts';

const DAY_MS = 86_400_000;
export const TREND_DAYS = 14;
/** Most rows of a list of the API. */
const LIST_LIMIT = 1000;
const POINTS = 1500;

export interface OverviewData {
  readonly rows: readonly StripRow[];
  /** Anomalies of the range, latest first, with evidence. */
  readonly anomalies: readonly WireAnomaly[];
  /** Starts of the anomalies of the last days; at most LIST_LIMIT. */
  readonly trend: readonly number[];
  readonly trendIsCut: boolean;
  readonly range: TimeRange;
}

export type Loaded =
  | { readonly state: 'loading'; readonly data?: OverviewData }
  | { readonly state: 'failed'; readonly message: string; readonly data?: OverviewData }
  | { readonly state: 'done'; readonly data: OverviewData };

/** Asks anew whenever the range, the services or the datasource change. What was there stays until the answer is. */
export function useOverviewData(
  datasource: SeismoDatasource | undefined,
  range: TimeRange,
  services: readonly string[],
): Loaded {
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' });
  const chosen = JSON.stringify(services);
  useEffect(() => {
    if (!datasource) return;
    let current = true;
    setLoaded(({ data }) => ({ state: 'loading', ...(data ? { data } : {}) }));
    ask(datasource, range, JSON.parse(chosen) as string[]).then(
      (data) => {
        if (current) setLoaded({ state: 'done', data });
      },
      (error: unknown) => {
        if (current)
          setLoaded(({ data }) => ({ state: 'failed', message: failureWords(error), ...(data ? { data } : {}) }));
      },
    );
    return () => {
      current = false;
    };
  }, [datasource, range, chosen]);
  return loaded;
}

async function ask(datasource: SeismoDatasource, range: TimeRange, services: string[]): Promise<OverviewData> {
  const filter = services.length === 0 ? {} : { services };
  const targets: SeismoQuery[] = [
    { refId: 'scores', queryType: 'scores', field: 'score', limit: LIST_LIMIT, ...filter },
    { refId: 'margins', queryType: 'scores', field: 'margin', limit: LIST_LIMIT, ...filter },
    { refId: 'confidences', queryType: 'scores', field: 'confidence', limit: LIST_LIMIT, ...filter },
    { refId: 'anomalies', queryType: 'anomalies', limit: LIST_LIMIT, ...filter },
  ];
  const toMs = range.to.valueOf();
  const [answer, anomalies, days] = await Promise.all([
    lastValueFrom(datasource.query(requestFor(targets, range, POINTS))),
    datasource.fetchAnomalies({ fromMs: range.from.valueOf(), toMs, limit: 200 }),
    datasource.fetchAnomalies({ fromMs: toMs - TREND_DAYS * DAY_MS, toMs, limit: LIST_LIMIT }),
  ]);
  const error = answer.error ?? answer.errors?.[0];
  if (error) throw new Error(error.message ?? 'The query failed');
  const isChosen = ({ service }: WireAnomaly) => services.length === 0 || services.includes(service);
  return {
    rows: stripRows(answer.data.map((frame) => toDataFrame(frame))),
    anomalies: anomalies.filter(isChosen),
    trend: days.filter(isChosen).map(({ startMs }) => startMs),
    trendIsCut: days.length === LIST_LIMIT,
    range,
  };
}
