/** The attributes of a Resource (field 1) or LogRecord (field 6) that are texts. */
import { MalformedRequest } from '../otlp/request-errors.ts';
import { FieldReader, LENGTH } from '../otlp/wire.ts';

/** Of a key that comes twice the first counts; what cannot be read counts as absent. */
export function textAttributes(
  bytes: Uint8Array,
  start: number,
  end: number,
  field: number,
  wanted?: ReadonlySet<string>,
): Map<string, string> {
  const attributes = new Map<string, string>();
  try {
    for (const message = new FieldReader(bytes, start, end); message.next();) {
      if (!message.is(field, LENGTH)) continue;
      let key = '';
      let text: string | undefined;
      for (const pair = message.message(); pair.next();) {
        if (pair.is(1, LENGTH)) key = textOf(pair);
        else if (pair.is(2, LENGTH) && (wanted === undefined || key === '' || wanted.has(key)))
          for (const value = pair.message(); value.next();) if (value.is(1, LENGTH)) text = textOf(value);
      }
      if (text !== undefined && !attributes.has(key) && (wanted === undefined || wanted.has(key)))
        attributes.set(key, text);
    }
  } catch (error) {
    if (!(error instanceof MalformedRequest)) throw error;
  }
  return attributes;
}

function textOf({ bytes, valueStart, valueEnd }: FieldReader): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + valueStart, valueEnd - valueStart).toString('utf8');
}
