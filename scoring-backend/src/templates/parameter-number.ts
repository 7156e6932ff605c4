/** Values that are numbers, with the unit written behind them: `42`, `-1.5`, `30ms`, `2.5 KB`, `17 %`. */

/** What the number read last counts. */
export const PLAIN = 0;
export const DURATION = 1;
export const SIZE = 2;

/** The number read last: in ms for durations, in bytes for sizes. */
export const number = { value: 0, unit: PLAIN };

/** Longest number with its unit, in bytes. */
const MOST_BYTES = 32;

/** Reads all of `bytes[start, end)` as a number; false when it is something else. */
export function readNumber(bytes: Uint8Array, start: number, end: number): boolean {
  if (end <= start || end - start > MOST_BYTES) return false;
  let at = start;
  const negative = bytes[at] === 45;
  if (negative || bytes[at] === 43) at++;
  let value = 0;
  let digits = 0;
  for (; at < end && isDigit(bytes[at]); at++, digits++) value = value * 10 + bytes[at] - 48;
  if (at < end && bytes[at] === 46) {
    let step = 0.1;
    for (at++; at < end && isDigit(bytes[at]); at++, digits++, step /= 10) value += (bytes[at] - 48) * step;
  }
  if (digits === 0) return false;
  while (at < end && bytes[at] === 32) at++;
  let factor = 1;
  number.unit = PLAIN;
  if (at < end) {
    let name = '';
    for (let i = at; i < end && name.length <= LONGEST_UNIT; i++) name += String.fromCharCode(bytes[i]);
    const unit = UNITS.get(name.toLowerCase());
    if (unit === undefined) return false;
    factor = unit.factor;
    number.unit = unit.kind;
  }
  number.value = (negative ? -value : value) * factor;
  return true;
}

/** Factor to ms of a word that names a unit of time (`ms`, `seconds`), 0 for other words. */
export function millisecondsOf(word: string): number {
  const unit = UNITS.get(word.toLowerCase());
  return unit?.kind === DURATION ? unit.factor : 0;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte < 58;
}

const LONGEST_UNIT = 12;

const UNITS: ReadonlyMap<string, { readonly kind: number; readonly factor: number }> = new Map(
  (
    [
      [DURATION, 1e-6, 'ns nanoseconds'],
      [DURATION, 1e-3, 'us µs Âµs usec microseconds'],
      [DURATION, 1, 'ms msec msecs millis millisecond milliseconds'],
      [DURATION, 1e3, 's sec secs second seconds'],
      [DURATION, 6e4, 'min mins minute minutes'],
      [SIZE, 1, 'b byte bytes'],
      [SIZE, 1024, 'k kb kib'],
      [SIZE, 1024 ** 2, 'mb mib'],
      [SIZE, 1024 ** 3, 'gb gib'],
      [PLAIN, 1, '%'],
    ] as const
  ).flatMap(([kind, factor, names]) => names.split(' ').map((name) => [name, { kind, factor }] as const)),
);
