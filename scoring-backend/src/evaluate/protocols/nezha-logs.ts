/** Nezha's TrainTicket archive as log lines: CSV by the minute, one row a line, with its pod, trace and time. */
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { memoryInput } from '../memory-input.ts';
import type { LogInput } from '../../sources/log-input.ts';
import { tarFiles } from '../tar-files.ts';

export interface PodLine {
  readonly timeMs: number;
  readonly service: string;
  readonly traceId: string;
  readonly message: string;
}

export interface InjectedFault {
  readonly atMs: number;
  readonly service: string;
  readonly type: string;
  /** Lines of the minutes that were kept, from shortly before the fault on, in order of time. */
  readonly lines: readonly PodLine[];
}

export interface NezhaLogs {
  readonly normal: readonly PodLine[];
  readonly faults: readonly InjectedFault[];
}

/** `inject_timestamp` of the list is of another zone in some rows; `inject_time` is the logs' own. */
const Faults = z.record(
  z.string(),
  z.array(z.object({ inject_time: z.string(), inject_pod: z.string(), inject_type: z.string() })),
);
const Row = z.object({
  TimeUnixNano: z.string().regex(/^\d+$/),
  PodName: z.string(),
  TraceID: z.string(),
  Log: z.string(),
});
const Written = z.object({ log: z.string() });

const MINUTE_MS = 60_000;
/** Minutes kept of each fault. */
const MINUTES = 3;
const NANOS_PER_MS = 1_000_000n;

/** Reads the archive at `path`. */
export function nezhaLogs(path: string): NezhaLogs {
  const minutes = new Map<string, Uint8Array>();
  const normal: Uint8Array[] = [];
  let list = '{}';
  for (const { name, bytes } of tarFiles(path)) {
    const minute = /rca_data\/.*\/log\/(\d\d_\d\d)_log\.csv$/.exec(name)?.[1];
    if (minute !== undefined) minutes.set(minute, bytes);
    else if (/construct_data\/.*\/log\/[^/]+\.csv$/.test(name)) normal.push(bytes);
    else if (name.endsWith('fault_list.json')) list = Buffer.from(bytes).toString();
  }
  const faults = Object.values(Faults.parse(JSON.parse(list)))
    .flat()
    .map((fault): InjectedFault => {
      const atMs = Date.parse(`${fault.inject_time.replace(' ', 'T')}Z`);
      const files = Array.from({ length: MINUTES }, (_, i) => minutes.get(minuteOf(atMs + i * MINUTE_MS)));
      const lines = linesOf(files.filter((file) => file !== undefined));
      return { atMs, service: serviceOf(fault.inject_pod), type: fault.inject_type, lines };
    });
  return { normal: linesOf(normal), faults: faults.sort((a, b) => a.atMs - b.atMs) };
}

/** Lines as JSON lines in the common schema, `shiftMs` later than they were written. */
export function jsonLines(name: string, lines: readonly PodLine[], shiftMs: number): LogInput {
  const rows = lines.map(({ timeMs, service, traceId, message }) =>
    JSON.stringify({
      ...{ timestamp: timeMs + shiftMs, service, message, trace_id: traceId },
      // The level stands behind the time of day: `16:48:42.424 INFO  t.s.TravelServiceImpl`.
      severity: /^\S+ +(\w+)/.exec(message)?.[1],
    }),
  );
  return memoryInput(name, Buffer.from(`${rows.join('\n')}\n`));
}

function minuteOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(11, 16).replace(':', '_');
}

/** A few rows are damaged (two written into each other): they are left out. Files overlap: a line counts once. */
function linesOf(files: readonly Uint8Array[]): PodLine[] {
  const lines = new Map<string, PodLine>();
  for (const file of files)
    for (const fields of parse(Buffer.from(file), { columns: true, relax_quotes: true, relax_column_count: true })) {
      const row = Row.safeParse(fields);
      if (!row.success) continue;
      const { TimeUnixNano: nanos, PodName: pod, TraceID: traceId, Log: log } = row.data;
      const message = messageOf(log);
      if (message === undefined) continue;
      const timeMs = Number(BigInt(nanos) / NANOS_PER_MS);
      lines.set(`${nanos} ${pod} ${log}`, { timeMs, service: serviceOf(pod), traceId, message });
    }
  return [...lines.values()].sort((a, b) => a.timeMs - b.timeMs);
}

/** What the container wrote, of the JSON that its runtime made of it. */
function messageOf(log: string): string | undefined {
  try {
    return Written.parse(JSON.parse(log)).log.trimEnd();
  } catch {
    return undefined;
  }
}

/** `ts-food-service-f5756978c-k8vqf` is a pod of `ts-food-service`. */
function serviceOf(pod: string): string {
  return pod.replace(/-[0-9a-f]+-[0-9a-z]{5}$/, '');
}
