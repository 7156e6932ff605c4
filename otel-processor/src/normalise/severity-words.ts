/**
 * The words that name a severity. Numbers are those of OpenTelemetry (logs data model, "Field: SeverityNumber"); of a
 * range the first is taken.
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

/** Bytes of the longest word. */
export const LONGEST_LEVEL = Math.max(...Object.keys(LEVELS).map((name) => name.length));
const words = (levels: Readonly<Record<string, number>>): Word[] =>
  Object.entries(levels).map(([name, level]) => ({ bytes: Buffer.from(name), level }));
/** Words by their length. */
const WORDS: readonly (readonly Word[])[] = Array.from({ length: LONGEST_LEVEL + 1 }, (_, length) =>
  words({ ...LEVELS, ...LETTERS }).filter(({ bytes }) => bytes.length === length),
);
/** The severity that the word `bytes[start, end)` names in whatever case, 0 when it names none. */
export function levelOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 1 || length > LONGEST_LEVEL) return 0;
  for (const word of WORDS[length]) {
    let i = 0;
    while (i < length && (bytes[start + i] | 0x20) === word.bytes[i]) i++;
    if (i === length) return word.level;
  }
  return 0;
}
