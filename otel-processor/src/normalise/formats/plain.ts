/** Any other line: the level that stands out near its start; message and time are found by those who read it. */
import { severityInLine } from '../severity.ts';
import type { LineFields } from '../line-fields.ts';

export function readPlain(bytes: Uint8Array, start: number, end: number, fields: LineFields): boolean {
  fields.severity = severityInLine(bytes, start, end);
  return true;
}
