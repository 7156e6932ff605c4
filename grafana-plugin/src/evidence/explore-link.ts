/** Links from an anomaly to Explore: the lines behind it, in its time. */
import { locationUtil } from '@grafana/data';
import type { SeismoQuery } from '../datasource/query.ts';

/** Time shown before and after an anomaly, so that the quiet is seen, too. */
const AROUND_MS = 5 * 60_000;

export function exploreLogs(uid: string, service: string, startMs: number, endMs: number): string {
  const query: SeismoQuery = { refId: 'A', queryType: 'logs', services: [service] };
  const pane = {
    datasource: uid,
    queries: [{ ...query, datasource: { uid, type: 'seismo-loganomaly-datasource' } }],
    range: { from: String(Math.floor(startMs - AROUND_MS)), to: String(Math.ceil(endMs + AROUND_MS)) },
  };
  const params = new URLSearchParams({ schemaVersion: '1', panes: JSON.stringify({ seismo: pane }) });
  return locationUtil.assureBaseUrl(`/explore?${params}`);
}
