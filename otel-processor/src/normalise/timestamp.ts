/**
 * Finds the time that a log line itself carries, at its start or near it, without regular expressions. A line without a
 * zone counts as UTC. One reader per stream: a stream nearly always writes its times in one way and at one place,
 * so the usual cost is one try.
 */
import { isDigit } from './clock-parts.ts';
import { DIGIT_FORMATS, LETTER_FORMATS, type TimeFormat } from './time-formats.ts';

/** A time that begins further inside a line than this is part of the message. */
const NEAR_START_BYTES = 96;

export class TimestampReader {
  #format: TimeFormat | undefined;
  #offset = 0;

  /**
   * @param referenceMs A time near that of the line (when it was observed, or the line before it), in ms since the epoch:
   *   gives the year or date that some formats lack, and rolls over at New Year and midnight.
   * @returns ms since the epoch, an integer; NaN when the line carries no time that is known.
   * @example new TimestampReader().read(Buffer.from('Jun 14 15:16:02 combo sshd: …'), 0, 30, Date.UTC(2005, 5, 14)) // 14 June 2005
   */
  read(bytes: Uint8Array, start: number, end: number, referenceMs: number): number {
    if (this.#format !== undefined && isBoundary(bytes, start, start + this.#offset, end)) {
      const ms = this.#format(bytes, start + this.#offset, end, referenceMs);
      if (!Number.isNaN(ms)) return ms;
    }
    return this.#search(bytes, start, end, referenceMs);
  }

  #search(bytes: Uint8Array, start: number, end: number, referenceMs: number): number {
    const limit = Math.min(end, start + NEAR_START_BYTES);
    for (let at = start; at < limit; at++) {
      if (!isBoundary(bytes, start, at, end)) continue;
      const formats = isDigit(bytes[at]) ? DIGIT_FORMATS : isCapital(bytes[at]) ? LETTER_FORMATS : NONE;
      for (const format of formats) {
        const ms = format(bytes, at, end, referenceMs);
        if (Number.isNaN(ms)) continue;
        this.#format = format;
        this.#offset = at - start;
        return ms;
      }
    }
    return NaN;
  }
}

const NONE: readonly TimeFormat[] = [];

/** Does a word begin at `at`? */
function isBoundary(bytes: Uint8Array, start: number, at: number, end: number): boolean {
  if (at >= end) return false;
  if (at === start) return true;
  const before = bytes[at - 1];
  return !(
    isDigit(before) ||
    (before >= 0x41 && before <= 0x5a) ||
    (before >= 0x61 && before <= 0x7a) ||
    before === 0x5f ||
    before === 0x2d ||
    before === 0x2e ||
    before === 0x3a ||
    before === 0x2f
  );
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}
