/**
 * The severity of a record: its number, else its text, else a level word near the start of the line.
 * Numbers are those of OpenTelemetry (logs data model, "Field: SeverityNumber"); of a range the first is taken.
 */

const TRACE = 1;
const DEBUG = 5;
const INFO = 9;
const WARN = 13;
const ERROR = 17;
const FATAL = 21;

const LEVELS: Readonly<Record<string, number>> = {
  trace: TRACE,
  verbose: TRACE,
  finest: TRACE,
  finer: TRACE,
  debug: DEBUG,
  fine: DEBUG,
  info: INFO,
  information: INFO,
  informational: INFO,
  notice: INFO + 1,
  warn: WARN,
  warning: WARN,
  error: ERROR,
  err: ERROR,
  severe: ERROR,
  failure: ERROR,
  critical: ERROR + 1,
  crit: ERROR + 1,
  alert: ERROR + 2,
  fatal: FATAL,
  emerg: FATAL,
  emergency: FATAL,
  panic: FATAL,
};
/** One letter stands for a level in a severity text, but not in a line, where it is mostly something else. */
const LETTERS: Readonly<Record<string, number>> = {
  t: TRACE,
  v: TRACE,
  d: DEBUG,
  i: INFO,
  w: WARN,
  e: ERROR,
  f: FATAL,
};

interface Word {
  readonly bytes: Uint8Array;
  readonly level: number;
}

const LONGEST = Math.max(...Object.keys(LEVELS).map((name) => name.length));
const words = (levels: Readonly<Record<string, number>>): Word[] =>
  Object.entries(levels).map(([name, level]) => ({ bytes: Buffer.from(name), level }));
/** Words by their length. */
const WORDS: readonly (readonly Word[])[] = Array.from({ length: LONGEST + 1 }, (_, length) =>
  words({ ...LEVELS, ...LETTERS }).filter(({ bytes }) => bytes.length === length),
);
/** A level further inside a line than this is part of the message. */
const NEAR_START_BYTES = 80;

/** The level that the severity text `bytes[start, end)` names, 0 when none is known: `WARN`, `warning`, `ERROR2`, `E`. */
export function severityOfText(bytes: Uint8Array, start: number, end: number): number {
  let last = end;
  while (last > start && bytes[last - 1] >= 0x30 && bytes[last - 1] <= 0x39) last--;
  return levelOf(bytes, start, last);
}

/**
 * The level named near the start of the line `bytes[start, end)`, 0 when none is: the first word that is a level in
 * capitals, or in brackets, or before a colon. `no error found` names none.
 */
export function severityInLine(bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + NEAR_START_BYTES);
  for (let at = start; at < limit;) {
    if (!isLetter(bytes[at])) {
      at++;
      continue;
    }
    let behind = at + 1;
    while (behind < end && isWord(bytes[behind])) behind++;
    const length = behind - at;
    const before = at > start ? bytes[at - 1] : 0x20;
    if (length >= 3 && length <= LONGEST && !isWord(before)) {
      const level = levelOf(bytes, at, behind);
      if (level !== 0 && standsOut(bytes, at, behind, before, end)) return level;
    }
    at = behind;
  }
  return 0;
}

function standsOut(bytes: Uint8Array, start: number, behind: number, before: number, end: number): boolean {
  if (bytes[start + 1] < 0x61) return true;
  const after = behind < end ? bytes[behind] : 0x20;
  return (
    before === 0x5b ||
    before === 0x3c ||
    before === 0x28 ||
    before === 0x3d ||
    before === 0x22 ||
    after === 0x3a ||
    after === 0x7c
  );
}

function levelOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 1 || length > LONGEST) return 0;
  for (const word of WORDS[length]) {
    let i = 0;
    while (i < length && (bytes[start + i] | 0x20) === word.bytes[i]) i++;
    if (i === length) return word.level;
  }
  return 0;
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

function isWord(byte: number): boolean {
  return isLetter(byte) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f || byte === 0x2e || byte === 0x2d;
}
