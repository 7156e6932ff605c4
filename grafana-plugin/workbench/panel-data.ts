/** The data of a panel: a short form of Grafana's query runner. */
import { useEffect, useState } from 'react';
import {
  CoreApp,
  LoadingState,
  toDataFrame,
  type DataQueryResponse,
  type PanelData,
  type TimeRange,
} from '@grafana/data';
import type { SeismoQuery } from '../src/datasource/query.ts';
import { requestFor } from '../src/datasource/request.ts';
import { DATASOURCE_ID } from './plugin-loader.ts';
import { seismoDatasource, UID } from './data-sources.ts';

export function usePanelData(queries: readonly SeismoQuery[], range: TimeRange, points: number): PanelData {
  const [data, setData] = useState<PanelData>({ state: LoadingState.NotStarted, series: [], timeRange: range });
  const key = JSON.stringify(queries);
  useEffect(() => {
    const targets = (JSON.parse(key) as SeismoQuery[]).map((query) => ({
      ...query,
      datasource: { uid: UID, type: DATASOURCE_ID },
    }));
    const request = { ...requestFor(targets, range, points), app: CoreApp.Dashboard };
    setData((now) => ({ ...now, state: LoadingState.Loading, request }));
    let stop = () => {};
    let current = true;
    seismoDatasource()
      .then((datasource) => {
        if (!current) return;
        const subscription = datasource.query(request).subscribe({
          next: (answer) => setData({ ...panelData(answer, range), request }),
          error: (error: { data?: { message?: string }; message?: string }) =>
            setData({
              state: LoadingState.Error,
              series: [],
              timeRange: range,
              request,
              errors: [{ message: error.data?.message ?? error.message ?? 'The query failed' }],
            }),
        });
        stop = () => subscription.unsubscribe();
      })
      .catch((error: unknown) => {
        if (current)
          setData({ state: LoadingState.Error, series: [], timeRange: range, errors: [{ message: String(error) }] });
      });
    return () => {
      current = false;
      stop();
    };
  }, [key, range, points]);
  return data;
}

function panelData(answer: DataQueryResponse, timeRange: TimeRange): PanelData {
  const errors = answer.errors ?? (answer.error ? [answer.error] : undefined);
  return {
    state: errors ? LoadingState.Error : (answer.state ?? LoadingState.Done),
    series: answer.data.map((frame) => toDataFrame(frame)),
    timeRange,
    ...(errors ? { errors } : {}),
  };
}
