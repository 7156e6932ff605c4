/**
 * Events of Windows as XML, as agents send them raw: level and time of the `System` part, and the rendered message. As a
 * map (the Collector's receiver) they are read like any structured body: structured-body.ts.
 */
import type { LineFields } from '../line-fields.ts';

/** SeverityNumbers of levels 0 to 5: log always, critical, error, warning, information, verbose. */
const LEVELS = [9, 21, 17, 13, 9, 5];
const EVENT = Buffer.from('<Event');
const LEVEL = Buffer.from('<Level>');
const TIME = Buffer.from("SystemTime='");
const TIME_QUOTED = Buffer.from('SystemTime="');
const MESSAGE = Buffer.from('<Message>');
const MESSAGE_END = Buffer.from('</Message>');

/** False when the text is no event. */
export function readWindowsEvent(bytes: Uint8Array, start: number, end: number, fields: LineFields): boolean {
  if (start + EVENT.length > end || bytes[start] !== 0x3c || bytes[start + 1] !== 0x45) return false;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  if (!text.subarray(0, EVENT.length).equals(EVENT)) return false;
  const level = text.indexOf(LEVEL);
  if (level > 0) fields.severity = LEVELS[text[level + LEVEL.length] - 0x30] ?? 0;
  const time = Math.max(text.indexOf(TIME), text.indexOf(TIME_QUOTED));
  if (time > 0) {
    fields.timeStart = start + time + TIME.length;
    fields.timeEnd = Math.min(end, fields.timeStart + 40);
  }
  const message = text.indexOf(MESSAGE);
  const messageEnd = message < 0 ? -1 : text.indexOf(MESSAGE_END, message);
  if (messageEnd > message + MESSAGE.length) {
    fields.messageStart = start + message + MESSAGE.length;
    fields.messageEnd = start + messageEnd;
  }
  return true;
}
