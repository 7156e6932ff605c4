/**
 * The severity of a record: its number, else its text, else a level word near the start of the line, else one among the
 * fields of its header.
 */
import { severityInHeader } from './severity-in-header.ts';
import { levelOf, LONGEST_LEVEL } from './severity-words.ts';

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
 * capitals, or in brackets, or before a colon or a gap. `no error found` names none. A long header may hold it further on.
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
    if (length >= 3 && length <= LONGEST_LEVEL && !isWord(before)) {
      const level = levelOf(bytes, at, behind);
      if (level !== 0 && standsOut(bytes, at, behind, before, end)) return level;
    }
    at = behind;
  }
  return severityInHeader(bytes, start, end);
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
    after === 0x7c ||
    (bytes[start] <= 0x5a && isGap(bytes, behind, end))
  );
}

/** A tab, or more blanks than one: columns. */
function isGap(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 1 < end && (bytes[at] === 0x09 || (bytes[at] === 0x20 && bytes[at + 1] === 0x20));
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

function isWord(byte: number): boolean {
  return isLetter(byte) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f || byte === 0x2e || byte === 0x2d;
}
