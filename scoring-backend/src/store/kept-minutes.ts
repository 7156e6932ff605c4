/** The 1 min windows of the last days, as the judge of correlations learns them again at the start. */
import type { Kysely } from 'kysely';
import { type StreamMinute, streamKey } from '../engine/correlation/tenant-minutes.ts';
import type { Tables } from './tables.ts';

interface Span {
  readonly tenant: string;
  readonly untilMs: number;
}

/**
 * Windows of each tenant's last `keptMs` of event time, in order of time, some hours at once. What is written after this
 * has settled is not among them.
 */
export async function readKeptMinutes(db: Kysely<Tables>, keptMs: number): Promise<AsyncGenerator<StreamMinute[]>> {
  const spans: Span[] = [];
  for await (const tenant of tenants(db)) {
    const last = await db
      .selectFrom('windows')
      .select((row) => row.fn.max('start_ms').as('startMs'))
      .where('tenant', '=', tenant)
      .where('size_ms', '=', MINUTE_MS)
      .executeTakeFirst();
    spans.push({ tenant, untilMs: Number(last?.startMs ?? -1) + 1 });
  }
  return minutesOf(db, spans, keptMs);
}

async function* minutesOf(db: Kysely<Tables>, spans: readonly Span[], keptMs: number): AsyncGenerator<StreamMinute[]> {
  for (const { tenant, untilMs } of spans)
    for (let fromMs = untilMs - keptMs; fromMs < untilMs; fromMs += AT_ONCE_MS) {
      const minutes = await readMinutes(db, tenant, fromMs, Math.min(fromMs + AT_ONCE_MS, untilMs));
      if (minutes.length > 0) yield minutes;
    }
}

async function readMinutes(db: Kysely<Tables>, tenant: string, fromMs: number, toMs: number): Promise<StreamMinute[]> {
  const rows = await db
    .selectFrom('windows')
    .select(['namespace', 'service', 'environment', 'start_ms', 'records', 'incomplete'])
    .where('tenant', '=', tenant)
    .where('size_ms', '=', MINUTE_MS)
    .where('start_ms', '>=', fromMs)
    .where('start_ms', '<', toMs)
    .orderBy('start_ms')
    .execute();
  return rows.map(({ namespace, service, environment, start_ms, records, incomplete }) => {
    const stream = { tenant, namespace, service, environment };
    return { stream, key: streamKey(stream), startMs: start_ms, records: incomplete === 1 ? NaN : records };
  });
}

/** One after the other by the key of the table: all at once would read all of it. */
async function* tenants(db: Kysely<Tables>): AsyncGenerator<string> {
  let last: string | undefined;
  for (;;) {
    const row = await db
      .selectFrom('windows')
      .select('tenant')
      .$if(last !== undefined, (query) => query.where('tenant', '>', last as string))
      .orderBy('tenant')
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return;
    yield (last = row.tenant);
  }
}

const MINUTE_MS = 60_000;
const AT_ONCE_MS = 2 * 3_600_000;
