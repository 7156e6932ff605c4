/** Which values are secret as a whole when their key says so. */
import { FieldReader, LENGTH, VARINT } from '../otlp/wire.ts';
import { isPhone } from './finders/named-phone.ts';
import type { Masks } from './masks.ts';

/** Kinds of AnyValue by field number. */
const STRING = 1;
const BOOL = 2;
const INT = 3;
const BYTES = 7;

/** The content of an AnyValue to be covered; undefined where there is nothing to hide: empty, a yes or no, a mask. */
export function coveredContent(
  bytes: Uint8Array,
  start: number,
  end: number,
  masks: Masks,
): { start: number; end: number } | undefined {
  let kind = 0;
  let first = start;
  let last = start;
  for (const value = new FieldReader(bytes, start, end); value.next();) {
    if (value.field < STRING || value.field > BYTES) continue;
    kind = value.field;
    first = value.valueStart;
    last = value.valueEnd;
  }
  if (kind === 0 || kind === BOOL || first === last) return undefined;
  if (kind === STRING && masks.endOf(bytes, first, last) === last) return undefined;
  return { start: first, end: last };
}

/** Whether the value of a KeyValue is one that is to be covered. */
export function coverable(bytes: Uint8Array, start: number, end: number, masks: Masks): boolean {
  for (const pair = new FieldReader(bytes, start, end); pair.next();)
    if (pair.is(2, LENGTH) && coveredContent(bytes, pair.valueStart, pair.valueEnd, masks) !== undefined) return true;
  return false;
}

/** Whether the value of a KeyValue is a telephone number as a whole: a text, or an int of seven to fifteen digits. */
export function holdsPhone(bytes: Uint8Array, start: number, end: number): boolean {
  for (const pair = new FieldReader(bytes, start, end); pair.next();) {
    if (!pair.is(2, LENGTH)) continue;
    for (const value = pair.message(); value.next();) {
      if (value.is(STRING, LENGTH)) return isPhone(bytes, value.valueStart, value.valueEnd);
      if (value.is(INT, VARINT)) return value.varint >= 1e6 && value.varint < 1e15;
    }
  }
  return false;
}
