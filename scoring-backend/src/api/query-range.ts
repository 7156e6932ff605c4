/** What a query asks about besides its own fields, and which streams it means. */
import type { StreamFilter } from '../store/stream-columns.ts';
import type { Query } from './types.ts';

export interface Asked {
  readonly tenant: string;
  /** `[fromMs, toMs)`. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** The streams of a query. `service` and `services` together mean the services of both. */
export function streamsOf(query: Query, tenant: string): StreamFilter {
  const { service, services, environment, namespace } = query;
  const named = service === undefined ? services : [...(services ?? []), service];
  return { tenant, services: named, environment, namespace };
}

/** Labels of a stream; what is empty is left out, which keeps the labels of two streams different. */
export function labelsOf(stream: { service: string; environment: string; namespace: string }): Record<string, string> {
  const { service, environment, namespace } = stream;
  return { service, ...(environment === '' ? {} : { environment }), ...(namespace === '' ? {} : { namespace }) };
}
