/** A time as fields of JSON have it: ISO 8601, or a count of seconds, ms, µs or ns, told apart by its size. */
import { dateMs, digits, isDigit } from '@seismo/otel-processor/normalise/clock-parts';

/** @returns ms since the epoch, NaN when it says no time; without a zone it is UTC */
export function textTime(bytes: Uint8Array, start: number, end: number): number {
  const ms = isoTime(bytes, start, end);
  return Number.isNaN(ms) ? spelledTime(Buffer.from(bytes.subarray(start, end)).toString()) : ms;
}

/** @returns ms since the epoch, NaN when it says no time */
export function numberTime(value: number): number {
  if (!(value > 0)) return NaN;
  if (value < 1e11) return Math.round(value * 1000);
  if (value < 1e14) return Math.round(value);
  return Math.round(value < 1e17 ? value / 1000 : value / 1e6);
}

/** Everything that is written in other ways than nearly all are. */
function spelledTime(text: string): number {
  if (/^\d{9,19}(\.\d+)?$/.test(text)) return numberTime(Number(text));
  const zoned = /(z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text.trim().replace(' ', 'T')}Z`;
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? Date.parse(text) : ms;
}

/** `2026-03-01T08:00:00.123Z`, with a blank for the T, with an offset or without a zone; NaN for all else. */
function isoTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 19 || bytes[start + 4] !== DASH || bytes[start + 7] !== DASH) return NaN;
  if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return NaN;
  if (bytes[start + 10] !== 0x54 && bytes[start + 10] !== 0x20) return NaN;
  const day = dateMs(digits(bytes, start, 4, end), digits(bytes, start + 5, 2, end), digits(bytes, start + 8, 2, end));
  const hour = digits(bytes, start + 11, 2, end);
  const minute = digits(bytes, start + 14, 2, end);
  const second = digits(bytes, start + 17, 2, end);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return NaN;
  let at = start + 19;
  let ms = 0;
  if (at < end && bytes[at] === 0x2e) {
    const from = ++at;
    for (let place = 100; at < end && isDigit(bytes[at]); at++, place = Math.trunc(place / 10))
      ms += (bytes[at] - 0x30) * place;
    if (at === from || at - from > MOST_FRACTION_DIGITS) return NaN;
  }
  return day + ((hour * 60 + minute) * 60 + second) * 1000 + ms - offset(bytes, at, end);
}

/** What is to be taken off for the zone at `at`, the last thing there. */
function offset(bytes: Uint8Array, at: number, end: number): number {
  if (at === end || (at + 1 === end && bytes[at] === 0x5a)) return 0;
  if (end - at !== 6 || (bytes[at] !== 0x2b && bytes[at] !== DASH) || bytes[at + 3] !== COLON) return NaN;
  const hours = digits(bytes, at + 1, 2, end);
  const minutes = digits(bytes, at + 4, 2, end);
  if (hours < 0 || hours > MOST_OFFSET_HOURS || minutes < 0 || minutes > 59) return NaN;
  const ms = (hours * 60 + minutes) * 60_000;
  return bytes[at] === DASH ? -ms : ms;
}

const DASH = 0x2d;
const COLON = 0x3a;
/** Nanoseconds; Date.parse has rules of its own for more. */
const MOST_FRACTION_DIGITS = 9;
const MOST_OFFSET_HOURS = 14;
