/** The parts that written times are made of: digits, month names, fractions, zones; and the calendar. */

const DAY_MS = 86_400_000;

/** A place in the bytes that parsing moves forward; one is enough, since parsing never nests. */
export const cursor = { at: 0 };

/** `count` digits at `at` as a number, -1 when they are not all digits. */
export function digits(bytes: Uint8Array, at: number, count: number, end: number): number {
  if (at + count > end) return -1;
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = bytes[i] - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** One or two digits; moves the cursor behind them. -1 when there is none. */
export function shortNumber(bytes: Uint8Array, at: number, end: number): number {
  const two = digits(bytes, at, 2, end);
  cursor.at = at + (two >= 0 ? 2 : 1);
  return two >= 0 ? two : digits(bytes, at, 1, end);
}

/** 1–12 for an English month name's first three letters at `at`, 0 otherwise. */
export function month(bytes: Uint8Array, at: number, end: number): number {
  if (at + 3 > end) return 0;
  return MONTHS.get((bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2]) ?? 0;
}

const threeLetters = (name: string): number =>
  (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2);
const MONTHS: ReadonlyMap<number, number> = new Map(
  'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ').map((name, i) => [threeLetters(name), i + 1]),
);
const WEEKDAYS: ReadonlySet<number> = new Set('Mon Tue Wed Thu Fri Sat Sun'.split(' ').map(threeLetters));

export function isWeekday(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 4 <= end && WEEKDAYS.has((bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2]);
}

/**
 * `HH:MM:SS` (with `separator` between) and a fraction behind `.`, `,` or `:`, as ms of the day; moves the cursor behind it. NaN when it is none.
 * The hour may have one digit, as in `4:29:40 PM`.
 */
export function timeOfDay(bytes: Uint8Array, at: number, end: number, separator: number): number {
  const hour = shortNumber(bytes, at, end);
  at = cursor.at;
  const minute = digits(bytes, at + 1, 2, end);
  const second = digits(bytes, at + 4, 2, end);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return NaN;
  if (bytes[at] !== separator || bytes[at + 3] !== separator) return NaN;
  cursor.at = at + 6;
  return (hour * 60 + minute) * 60_000 + second * 1000 + fraction(bytes, at + 6, end);
}

/** A fraction of a second behind `.`, `,` or `:` in whole ms; moves the cursor behind it. 0 when there is none. */
export function fraction(bytes: Uint8Array, at: number, end: number): number {
  cursor.at = at;
  if (at + 1 >= end || !isDigit(bytes[at + 1])) return 0;
  if (bytes[at] !== 0x2e && bytes[at] !== 0x2c && bytes[at] !== 0x3a) return 0;
  let ms = 0;
  let place = 100;
  let i = at + 1;
  for (; i < end && isDigit(bytes[i]); i++) {
    if (place >= 1) ms += (bytes[i] - 0x30) * place;
    place /= 10;
  }
  cursor.at = i;
  return ms;
}

/**
 * The zone at `at` as ms to take off: `Z`, `+02:00`, `+0200`, `+02`, each also behind a blank when it has four digits.
 * None counts as UTC.
 */
export function zone(bytes: Uint8Array, at: number, end: number): number {
  const blank = at < end && bytes[at] === 0x20;
  if (blank) at++;
  if (at >= end || (bytes[at] !== 0x2b && bytes[at] !== 0x2d)) return 0;
  const hours = digits(bytes, at + 1, 2, end);
  if (hours < 0 || hours > 14) return 0;
  const colon = at + 3 < end && bytes[at + 3] === 0x3a;
  const minutes = digits(bytes, at + (colon ? 4 : 3), 2, end);
  if ((blank && minutes < 0) || minutes > 59) return 0;
  const offset = (hours * 60 + Math.max(0, minutes)) * 60_000;
  return bytes[at] === 0x2d ? -offset : offset;
}

/** Ms since the epoch of a date at midnight UTC, NaN when there is no such date. */
export function dateMs(year: number, month: number, day: number): number {
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return NaN;
  // Days from the civil calendar, counted from March so that the leap day comes last (Hinnant, "chrono-compatible algorithms").
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * DAY_MS;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** A date without a year: the year that puts it nearest before the reference, or at most a day behind it. */
export function yearless(month: number, day: number, timeOfDayMs: number, referenceMs: number): number {
  const year = new Date(referenceMs).getUTCFullYear();
  for (const candidate of [year + 1, year, year - 1, year - 2, year - 3, year - 4]) {
    const ms = dateMs(candidate, month, day) + timeOfDayMs;
    // NaN for 29 February in a common year: an earlier year has it.
    if (ms <= referenceMs + DAY_MS) return ms;
  }
  return NaN;
}

/** A time without a date: on the day that puts it nearest to the reference. */
export function dateless(timeOfDayMs: number, referenceMs: number): number {
  const day = Math.floor(referenceMs / DAY_MS) * DAY_MS;
  const ms = day + timeOfDayMs;
  if (ms - referenceMs > DAY_MS / 2) return ms - DAY_MS;
  if (referenceMs - ms > DAY_MS / 2) return ms + DAY_MS;
  return ms;
}
