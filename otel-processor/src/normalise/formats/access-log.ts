/**
 * Access logs of Apache and nginx (common and combined log format): `1.2.3.4 - bob [10/Oct/2000:13:55:36 +0000] "GET / …" 500 12`.
 * What the status says of severity: a fault of the server is an error, one of the client a warning.
 */
import type { LineFields } from '../line-fields.ts';

const INFO = 9;
const WARN = 13;
const ERROR = 17;
/** The host, two names and the time stand before the request. */
const NEAR_START_BYTES = 200;

/** False when the line has no time in brackets and a request in quotes with a status behind it. */
export function readAccessLog(bytes: Uint8Array, start: number, end: number, fields: LineFields): boolean {
  const limit = Math.min(end, start + NEAR_START_BYTES);
  let at = start;
  while (at < limit && bytes[at] !== 0x5b) at++;
  // [10/Oct/2000:13:55:36
  if (at + 22 >= limit || bytes[at + 3] !== 0x2f || bytes[at + 7] !== 0x2f || bytes[at + 12] !== 0x3a) return false;
  const time = at + 1;
  while (at < limit && bytes[at] !== 0x5d) at++;
  const timeEnd = at;
  if (at + 3 >= end || bytes[at + 2] !== QUOTE) return false;
  at += 3;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === 0x5c ? 2 : 1;
  const status = at + 2;
  if (status + 3 > end || bytes[status] < 0x31 || bytes[status] > 0x35) return false;
  fields.severity = bytes[status] === 0x35 ? ERROR : bytes[status] === 0x34 ? WARN : INFO;
  fields.timeStart = time;
  fields.timeEnd = timeEnd;
  return true;
}

const QUOTE = 0x22;
