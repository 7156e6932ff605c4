/** Writes attributes as fields of the message they are added to: field 6 of a record, field 1 of a resource. */
import type { ByteSink } from '../otlp/byte-sink.ts';

/** A number is written as a double, as coordinates are. */
export type AttributeValue = string | number;

export function writeAttribute(out: ByteSink, field: number, key: string, value: AttributeValue): void {
  out.byte(field * 8 + 2);
  const pair = out.beginMessage();
  out.byte(0x0a);
  out.text(key);
  out.byte(0x12);
  const any = out.beginMessage();
  if (typeof value === 'string') {
    out.byte(0x0a);
    out.text(value);
  } else {
    out.byte(0x21);
    out.room(8);
    out.bytes.writeDoubleLE(value, out.length);
    out.length += 8;
  }
  out.endMessage(any);
  out.endMessage(pair);
}
