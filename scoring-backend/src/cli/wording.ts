/** How numbers, times and rarities are put into words. Pure: no clock, no terminal. */

const BILLION_MAGNITUDE = 9;
/** Made once: `toLocaleString` makes one per call, at fifty times the cost. */
const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A count with thousands separators: 40,000. */
export function count(value: number): string {
  return WHOLE.format(value);
}

/** `1 template`, `2 templates`. */
export function several(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/**
 * A magnitude M = −log10 p as rarity among normal units, rounded to one digit: M = 4.6 → "1 in 40,000 windows".
 * @param unit 'record', 'session' or 'window'
 */
export function rarity(magnitude: number, unit: string): string {
  if (magnitude >= BILLION_MAGNITUDE) return `less than 1 in a billion ${unit}s`;
  const one = 10 ** magnitude;
  const scale = 10 ** Math.floor(Math.log10(Math.max(one, 1)));
  return `1 in ${count(Math.max(1, Math.round(one / scale) * scale))} ${unit}s`;
}

/** A duration in its largest units: 34 s, 2 min, 1 h 5 min, 3 d 2 h. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** The time of day of an event in UTC: 14:03:30. */
export function timeOfDay(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** Date and time of an event in UTC: 2026-11-21 14:03:30. */
export function dateAndTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** A span of time, the date told once when it is the same: 2026-11-21 14:03:30 – 14:04:00. */
export function timeSpan(fromMs: number, toMs: number): string {
  const from = dateAndTime(fromMs);
  if (Math.floor(fromMs / 1000) === Math.floor(toMs / 1000)) return from;
  const to = dateAndTime(toMs);
  return `${from} – ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to}`;
}

/** A span within a day or two: 14:03:30 – 14:04:00, with the date of its end when that is another day. */
export function timesOfDay(fromMs: number, toMs: number): string {
  return timeSpan(fromMs, toMs).slice('2026-11-21 '.length);
}

/** The name of a SeverityNumber's range, '' for unknown. */
export function severityName(severity: number): string {
  return ['', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'][Math.ceil(severity / 4)] ?? '';
}

/** One printable line of at most `columns` characters: control characters become blanks, a longer text ends in `…`. */
export function oneLine(text: string, columns: number): string {
  // Log lines may hold escape sequences, which must not reach a terminal.
  // eslint-disable-next-line no-control-regex
  const printable = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return printable.length <= columns ? printable : `${printable.slice(0, Math.max(0, columns - 1)).toWellFormed()}…`;
}

/** The text as printable lines of at most `columns` characters, broken at blanks where there are any. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let rest = oneLine(text, Infinity);
  while (rest.length > columns) {
    const blank = rest.lastIndexOf(' ', columns);
    const at = blank > 0 ? blank : columns;
    lines.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return [...lines, rest];
}
