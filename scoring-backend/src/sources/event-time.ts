/** When a record happened: its own time, else a time in its body, else when it was observed (docs/design.md, "The way of a log line"). */
import type { LineFormatReader } from '@seismo/otel-processor/normalise/line-format';
import type { TimestampReader } from '@seismo/otel-processor/normalise/timestamp';

/** What is remembered of a stream to tell its times and its lines. */
export interface StreamClock {
  readonly reader: TimestampReader;
  readonly lines: LineFormatReader;
  /** Event time of its last record, 0 before the first. */
  lastMs: number;
}

/** A time further ahead of its observation than this comes from a broken clock. */
export const CLOCK_TOLERANCE_MS = 60_000;
/** Times from here on (the year 2248) are no times. */
const LATEST_MS = 2 ** 43;
/** The upper half of that many ns. */
const LATEST_HIGH = Math.floor((LATEST_MS * 1_000_000) / 2 ** 32);

/** Whole ms of a 64-bit count of ns in two halves, exact. */
export function unixMs(high: number, low: number): number {
  // 2^32 ns are 4,294 ms and 967,296 ns; all products stay below 2^53.
  return high * 4294 + Math.floor((high * 967_296 + low) / 1_000_000);
}

/**
 * Whether a record has a time and was observed at or after it, both in ns as two halves. It is true of nearly all, and
 * then `eventTime` would give the record's own time.
 */
export function precedesObservation(high: number, low: number, observedHigh: number, observedLow: number): boolean {
  if (high === 0 || observedHigh >= LATEST_HIGH) return false;
  return high < observedHigh || (high === observedHigh && low <= observedLow);
}

/**
 * @param recordMs,observedMs 0 when not set.
 * @param start,end The message, read when the record has no time of its own.
 * @returns ms since the epoch; the stream's last time when nothing says more.
 */
export function eventTime(
  recordMs: number,
  observedMs: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  clock: StreamClock,
): number {
  if (observedMs >= LATEST_MS) observedMs = 0;
  const latest = observedMs === 0 ? LATEST_MS : observedMs + CLOCK_TOLERANCE_MS;
  if (recordMs > 0) {
    if (recordMs <= latest) return recordMs;
    if (observedMs > 0) return observedMs;
  }
  const writtenMs = clock.reader.read(bytes, start, end, observedMs > 0 ? observedMs : clock.lastMs);
  // A comparison with NaN is false: no time in the body.
  if (writtenMs >= 0 && writtenMs <= latest) return writtenMs;
  return observedMs > 0 ? observedMs : clock.lastMs;
}
