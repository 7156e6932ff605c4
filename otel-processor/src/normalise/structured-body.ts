/**
 * Level and time of a structured body (a key-value list) by the usual keys of its outermost level: those of application
 * loggers, of journald (PRIORITY, __REALTIME_TIMESTAMP) and of the Collector's receiver of Windows events (system_time).
 */
import { FieldReader, LENGTH, VARINT } from '../otlp/wire.ts';
import { severityOfText } from './severity.ts';
import { line } from './line-format.ts';

const LEVELS: ReadonlySet<string> = new Set(['level', 'severity', 'lvl', 'severity_text', 'log.level', 'LEVEL']);
const TIMES: ReadonlySet<string> = new Set([
  'timestamp',
  '@timestamp',
  'time',
  'ts',
  'system_time',
  '__REALTIME_TIMESTAMP',
]);
/** SeverityNumbers of the levels of syslog, emergency first. */
const SYSLOG = [21, 19, 18, 17, 13, 10, 9, 5];
/** Levels of pino and bunyan: 10 trace … 60 fatal. */
const NUMBERED = [1, 5, 9, 13, 17, 21];
const LONGEST_KEY = 24;

/** Reads the key-value list `bytes[start, end)`: `line.severity`, and `line.timeStart` and `timeEnd` where a text holds the time. */
export function readStructuredBody(bytes: Uint8Array, start: number, end: number): void {
  line.severity = 0;
  line.timeStart = line.timeEnd = -1;
  for (const list = new FieldReader(bytes, start, end); list.next();) {
    if (!list.is(1, LENGTH)) continue;
    let key = '';
    for (const pair = list.message(); pair.next();) {
      if (pair.is(1, LENGTH)) key = pair.valueEnd - pair.valueStart > LONGEST_KEY ? '' : pair.text;
      else if (pair.is(2, LENGTH) && key !== '') takeValue(key, pair.message());
    }
  }
}

function takeValue(key: string, value: FieldReader): void {
  const isLevel = LEVELS.has(key);
  const isTime = !isLevel && TIMES.has(key);
  const isPriority = key === 'PRIORITY';
  if (!isLevel && !isTime && !isPriority) return;
  while (value.next()) {
    const { bytes, valueStart, valueEnd } = value;
    if (value.is(1, LENGTH)) {
      if (isTime && line.timeStart < 0) {
        line.timeStart = valueStart;
        line.timeEnd = valueEnd;
      } else if (isPriority) line.severity = SYSLOG[bytes[valueStart] - 0x30] ?? 0;
      else if (isLevel) line.severity = severityOfText(bytes, valueStart, valueEnd);
    } else if (value.is(3, VARINT)) {
      if (isPriority) line.severity = SYSLOG[value.varint] ?? 0;
      else if (isLevel) line.severity = NUMBERED[value.varint / 10 - 1] ?? 0;
    }
  }
}
