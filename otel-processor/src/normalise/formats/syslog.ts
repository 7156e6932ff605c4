/**
 * Syslog with its priority in front: `<34>Oct 11 22:14:15 host su: …` (RFC 3164), `<165>1 2003-10-11T22:14:15.003Z …`
 * (RFC 5424). The priority gives the severity; header and message stay together, the miner knows such headers.
 */
import type { LineFields } from '../line-fields.ts';

/** SeverityNumbers of the eight levels, emergency first (logs data model, appendix B: syslog). */
const SEVERITIES = [21, 19, 18, 17, 13, 10, 9, 5];
/** RFC 5424, 6.2.1: facility 23, severity 7. */
const HIGHEST = 191;

/** False when no priority stands in front. */
export function readSyslog(bytes: Uint8Array, start: number, end: number, fields: LineFields): boolean {
  if (start >= end || bytes[start] !== 0x3c) return false;
  let at = start + 1;
  let priority = 0;
  for (; at < end && at < start + 4 && bytes[at] >= 0x30 && bytes[at] <= 0x39; at++)
    priority = priority * 10 + bytes[at] - 0x30;
  if (at === start + 1 || at >= end || bytes[at] !== 0x3e || priority > HIGHEST) return false;
  fields.severity = SEVERITIES[priority % 8];
  at++;
  // The version of RFC 5424.
  if (at + 1 < end && bytes[at] === 0x31 && bytes[at + 1] === 0x20) at += 2;
  fields.messageStart = fields.timeStart = at;
  fields.messageEnd = fields.timeEnd = end;
  return at < end;
}
