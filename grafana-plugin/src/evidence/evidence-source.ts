/** Where panel and page get what is not in their frames: the evidence of an anomaly, the numbers of an open lane. */
import { toDataFrame, type TimeRange } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import type { DataSourceRef } from '@grafana/schema';
import type { WireAnomaly, WindowField } from '@seismo/scoring-backend/api';
import { lastValueFrom } from 'rxjs';
import type { SeismoDatasource } from '../datasource/datasource.ts';
import { requestFor } from '../datasource/request.ts';
import { stripRows, type StripRow } from '../verdicts/strip-rows.ts';
import { streamKey } from '../verdicts/stream.ts';

const DATASOURCE_TYPE = 'seismo-loganomaly-datasource';
/** What an open lane draws, beyond the score. */
const LANE_FIELDS: readonly WindowField[] = ['score', 'margin', 'records', 'expectedLow', 'expectedHigh', 'confidence'];

export interface EvidenceSource {
  /** Uid of the datasource, for links to Explore. */
  readonly uid: string;
  /** Anomalies of a stream that overlap a time, with their evidence. */
  anomalies(row: StripRow, fromMs: number, toMs: number): Promise<WireAnomaly[]>;
  /** The series of a lane. */
  lane(row: StripRow, range: TimeRange, points: number): Promise<StripRow['series']>;
  /** True when the backend has never closed a window: there is nothing to find in any range. */
  isCold(): Promise<boolean>;
}

/** The first datasource of ours among those a panel asks, or undefined when its data come from elsewhere. */
export async function evidenceSourceOf(
  refs: readonly (DataSourceRef | null | undefined)[],
): Promise<EvidenceSource | undefined> {
  const ours = refs.find((ref) => ref?.type === DATASOURCE_TYPE);
  if (!ours) return undefined;
  return sourceOver((await getDataSourceSrv().get(ours)) as unknown as SeismoDatasource);
}

export function sourceOver(datasource: SeismoDatasource): EvidenceSource {
  return {
    uid: datasource.uid,
    anomalies: async ({ key, stream }, fromMs, toMs) => {
      const { service, environment, namespace } = stream;
      const found = await datasource.fetchAnomalies({
        fromMs,
        toMs,
        service,
        ...(environment === '' ? {} : { environment }),
        ...(namespace === '' ? {} : { namespace }),
      });
      // "Without an environment" cannot be asked for.
      return found.filter((anomaly) => streamKey(anomaly) === key);
    },
    lane: (row, range, points) => lane(datasource, row, range, points),
    isCold: async () => !(await datasource.hasWindows()),
  };
}

async function lane(
  datasource: SeismoDatasource,
  row: StripRow,
  range: TimeRange,
  points: number,
): Promise<StripRow['series']> {
  const { service, environment, namespace } = row.stream;
  const targets = LANE_FIELDS.map((field) => ({
    refId: field,
    queryType: 'scores' as const,
    field,
    services: [service],
    ...(environment === '' ? {} : { environment }),
    ...(namespace === '' ? {} : { namespace }),
  }));
  const answer = await lastValueFrom(datasource.query(requestFor(targets, range, points)));
  const error = answer.error ?? answer.errors?.[0];
  if (error) throw new Error(error.message ?? 'The lane cannot be loaded');
  const rows = stripRows(answer.data.map((frame) => toDataFrame(frame)));
  return rows.find((candidate) => streamKey(candidate.stream) === row.key)?.series ?? {};
}
