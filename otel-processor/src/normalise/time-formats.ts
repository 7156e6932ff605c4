/** The ways of writing a time that are known. Each tries one place in the bytes and gives ms since the epoch, or NaN. */
import {
  cursor,
  dateless,
  dateMs,
  digits,
  fraction,
  isDigit,
  isWeekday,
  month,
  shortNumber,
  timeOfDay,
  yearless,
  zone,
} from './clock-parts.ts';

/** @param referenceMs A time near the one to read, for formats without a year or date. */
export type TimeFormat = (bytes: Uint8Array, at: number, end: number, referenceMs: number) => number;

const COLON = 0x3a;
const DOT = 0x2e;
const DASH = 0x2d;
const SLASH = 0x2f;
const BLANK = 0x20;

/** `2005-06-03T15:42:50.363Z`, `2005-06-03 15:42:50,363`, `2005/06/03 15:42:50 +0200` (ISO 8601, RFC 3339, RFC 5424). */
const iso: TimeFormat = (bytes, at, end) => {
  const date = dateWith(bytes, at, end, bytes[at + 4] === SLASH ? SLASH : DASH);
  if (Number.isNaN(date) || (bytes[at + 10] !== 0x54 && bytes[at + 10] !== 0x74 && bytes[at + 10] !== BLANK))
    return NaN;
  const time = timeOfDay(bytes, at + 11, end, COLON);
  return Number.isNaN(time) ? NaN : date + time - zone(bytes, cursor.at, end);
};

/** `2005-06-03-15.42.50.363779` (BlueGene/L). */
const dotted: TimeFormat = (bytes, at, end) => {
  const date = dateWith(bytes, at, end, DASH);
  return Number.isNaN(date) || bytes[at + 10] !== DASH ? NaN : date + timeOfDay(bytes, at + 11, end, DOT);
};

/** `20171223-22:15:29:633`, `20171224-0:7:5:11`: numbers are not padded, and the last one counts ms. */
const compactDate: TimeFormat = (bytes, at, end) => {
  const year = digits(bytes, at, 4, end);
  const date = dateMs(year, digits(bytes, at + 4, 2, end), digits(bytes, at + 6, 2, end));
  if (Number.isNaN(date) || (bytes[at + 8] !== DASH && bytes[at + 8] !== BLANK)) return NaN;
  const hour = shortNumber(bytes, at + 9, end);
  const minute = nextNumber(bytes, end);
  const second = nextNumber(bytes, end);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return NaN;
  let ms = 0;
  if (cursor.at < end && bytes[cursor.at] === COLON)
    for (let i = cursor.at + 1; i < Math.min(end, cursor.at + 4) && isDigit(bytes[i]); i++)
      ms = ms * 10 + bytes[i] - 0x30;
  else ms = fraction(bytes, cursor.at, end);
  return date + (hour * 60 + minute) * 60_000 + second * 1000 + ms;
};

/** The number behind the colon at the cursor, -1 when there is none. */
function nextNumber(bytes: Uint8Array, end: number): number {
  return cursor.at < end && bytes[cursor.at] === COLON ? shortNumber(bytes, cursor.at + 1, end) : -1;
}

/** `081109 203530`: yyMMdd HHmmss (Hadoop file system). */
const digitsOnly: TimeFormat = (bytes, at, end) => {
  if (bytes[at + 6] !== BLANK || (at + 13 < end && isDigit(bytes[at + 13]))) return NaN;
  const date = dateMs(2000 + digits(bytes, at, 2, end), digits(bytes, at + 2, 2, end), digits(bytes, at + 4, 2, end));
  const hour = digits(bytes, at + 7, 2, end);
  const minute = digits(bytes, at + 9, 2, end);
  const second = digits(bytes, at + 11, 2, end);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return NaN;
  return date + (hour * 60 + minute) * 60_000 + second * 1000;
};

/** `17/06/09 20:10:40`: yy/MM/dd (Spark). */
const shortYear: TimeFormat = (bytes, at, end) => {
  if (bytes[at + 2] !== SLASH || bytes[at + 5] !== SLASH || bytes[at + 8] !== BLANK) return NaN;
  const date = dateMs(2000 + digits(bytes, at, 2, end), digits(bytes, at + 3, 2, end), digits(bytes, at + 6, 2, end));
  return Number.isNaN(date) ? NaN : date + timeOfDay(bytes, at + 9, end, COLON);
};

/** `17/May/2015:10:05:43 +0000` (Apache and nginx access logs). */
const access: TimeFormat = (bytes, at, end) => {
  if (bytes[at + 2] !== SLASH || bytes[at + 6] !== SLASH || bytes[at + 11] !== COLON) return NaN;
  const date = dateMs(digits(bytes, at + 7, 4, end), month(bytes, at + 3, end), digits(bytes, at, 2, end));
  const time = Number.isNaN(date) ? NaN : timeOfDay(bytes, at + 12, end, COLON);
  return Number.isNaN(time) ? NaN : date + time - zone(bytes, cursor.at, end);
};

/** `03-17 16:13:38.820` (Android), `10.30 16:49:06`: month and day without a year. */
const monthAndDay: TimeFormat = (bytes, at, end, referenceMs) => {
  if ((bytes[at + 2] !== DASH && bytes[at + 2] !== DOT) || bytes[at + 5] !== BLANK) return NaN;
  const time = timeOfDay(bytes, at + 6, end, COLON);
  if (Number.isNaN(time)) return NaN;
  return yearless(digits(bytes, at, 2, end), digits(bytes, at + 3, 2, end), time, referenceMs);
};

/** `Jun 14 15:16:02` (RFC 3164), `Jun 14 2005 15:16:02`, `Jun 14, 2005 3:16:02 PM` (java.util.logging). */
const monthName: TimeFormat = (bytes, at, end, referenceMs) => {
  const number = month(bytes, at, end);
  if (number === 0 || bytes[at + 3] !== BLANK) return NaN;
  const day = shortNumber(bytes, bytes[at + 4] === BLANK ? at + 5 : at + 4, end);
  let next = cursor.at;
  if (day < 0 || next >= end) return NaN;
  const comma = bytes[next] === 0x2c;
  if (comma) next++;
  const year = digits(bytes, next + 1, 4, end);
  if (bytes[next] !== BLANK || (comma && year < 0)) return NaN;
  const time = timeOfDay(bytes, year < 0 ? next + 1 : next + 6, end, COLON);
  if (Number.isNaN(time)) return NaN;
  return year < 0 ? yearless(number, day, time, referenceMs) : dateMs(year, number, day) + halfDay(bytes, time, end);
};

/** `Sun Dec 04 04:51:08.123456 2005` (Apache error log, ctime). */
const weekdayName: TimeFormat = (bytes, at, end, referenceMs) => {
  if (!isWeekday(bytes, at, end) || bytes[at + 3] !== BLANK) return NaN;
  const number = month(bytes, at + 4, end);
  const day = shortNumber(bytes, bytes[at + 8] === BLANK ? at + 9 : at + 8, end);
  if (number === 0 || day < 0) return NaN;
  const time = timeOfDay(bytes, cursor.at + 1, end, COLON);
  if (Number.isNaN(time)) return NaN;
  const year = bytes[cursor.at] === BLANK ? digits(bytes, cursor.at + 1, 4, end) : -1;
  return year < 0 ? yearless(number, day, time, referenceMs) : dateMs(year, number, day) + time;
};

/** `I0612 15:04:05.123456` (Kubernetes klog). */
const klog: TimeFormat = (bytes, at, end, referenceMs) => {
  if (bytes[at + 5] !== BLANK) return NaN;
  const number = digits(bytes, at + 1, 2, end);
  const day = digits(bytes, at + 3, 2, end);
  if (number < 1 || number > 12 || day < 1 || day > 31) return NaN;
  const time = timeOfDay(bytes, at + 6, end, COLON);
  return Number.isNaN(time) ? NaN : yearless(number, day, time, referenceMs);
};

/** `16:29:40.148`: the date comes from the reference. */
const timeOnly: TimeFormat = (bytes, at, end, referenceMs) => {
  if (bytes[at + 2] !== COLON) return NaN;
  const time = timeOfDay(bytes, at, end, COLON);
  return Number.isNaN(time) ? NaN : dateless(time, referenceMs);
};

/** Seconds from 2000 on as ten digits (with a fraction or without), ms as 13, µs as 16, ns as 19. */
const epoch: TimeFormat = (bytes, at, end) => {
  let count = 0;
  while (at + count < end && count < 20 && isDigit(bytes[at + count])) count++;
  if (count !== 10 && count !== 13 && count !== 16 && count !== 19) return NaN;
  const behind = at + count < end ? bytes[at + count] : BLANK;
  if (behind === DASH || behind === COLON || behind === 0x5f || behind >= 0x40) return NaN;
  const seconds = digits(bytes, at, 10, end);
  if (seconds < YEAR_2000_S) return NaN;
  if (count === 10) return seconds * 1000 + (behind === DOT ? fraction(bytes, at + 10, end) : 0);
  return seconds * 1000 + digits(bytes, at + 10, 3, end);
};

const YEAR_2000_S = 946_684_800;

/** Tried in this order where the first byte is a digit; none is a prefix of an earlier one. */
export const DIGIT_FORMATS: readonly TimeFormat[] = [
  iso,
  access,
  timeOnly,
  dotted,
  monthAndDay,
  shortYear,
  digitsOnly,
  compactDate,
  epoch,
];
/** Tried where the first byte is a capital. */
export const LETTER_FORMATS: readonly TimeFormat[] = [monthName, weekdayName, klog];

function dateWith(bytes: Uint8Array, at: number, end: number, separator: number): number {
  if (bytes[at + 4] !== separator || bytes[at + 7] !== separator) return NaN;
  return dateMs(digits(bytes, at, 4, end), digits(bytes, at + 5, 2, end), digits(bytes, at + 8, 2, end));
}

/** A time of day on the 12-hour clock when AM or PM follows the cursor. */
function halfDay(bytes: Uint8Array, time: number, end: number): number {
  const at = cursor.at;
  if (at + 3 > end || (bytes[at] !== BLANK && bytes[at] !== 0xe2) || bytes[at + 2] !== 0x4d) return time;
  const noon = 43_200_000;
  if (bytes[at + 1] === 0x50) return time < noon ? time + noon : time;
  return bytes[at + 1] === 0x41 && time >= noon ? time - noon : time;
}
