/**
 * What a line of text says of itself: its message where it is part of the line only, its level, and where its time stands.
 * A stream nearly always writes in one format: each has a reader that tries the format of the line before first.
 */
import { readAccessLog } from './formats/access-log.ts';
import { readJson } from './formats/json.ts';
import { readLogfmt } from './formats/logfmt.ts';
import { readPlain } from './formats/plain.ts';
import { readSyslog } from './formats/syslog.ts';
import { readWindowsEvent } from './formats/windows-event.ts';
import type { LineFields } from './line-fields.ts';

type Format = (bytes: Uint8Array, start: number, end: number, fields: LineFields) => boolean;

/** Told by the first byte of a line. */
const BY_FIRST_BYTE: readonly Format[] = [readJson, readSyslog, readWindowsEvent];
/** Told by more of it. */
const BY_FORM: readonly Format[] = [readAccessLog, readLogfmt];
/** A stream of plain lines is asked this often whether it has become one of `BY_FORM`. */
const ASKED_EVERY = 64;

/** Of the line read last. One is enough: lines are read one by one. */
export const line: LineFields = { messageStart: 0, messageEnd: 0, severity: 0, timeStart: -1, timeEnd: -1 };

export class LineFormatReader {
  #last: Format | undefined;
  #plain = 0;

  /** Is the message only a part of the lines of this stream? Also true before the first: it must be read to be known. */
  get structured(): boolean {
    return (
      this.#last === undefined ||
      this.#last === readJson ||
      this.#last === readLogfmt ||
      this.#last === readWindowsEvent
    );
  }

  /** Reads the line `bytes[start, end)` into `line`. */
  read(bytes: Uint8Array, start: number, end: number): void {
    if (this.#last !== undefined && this.#last !== readPlain && take(this.#last, bytes, start, end)) return;
    for (const format of BY_FIRST_BYTE) if (take(format, bytes, start, end)) return void (this.#last = format);
    if (this.#last !== readPlain || ++this.#plain % ASKED_EVERY === 0)
      for (const format of BY_FORM) if (take(format, bytes, start, end)) return void (this.#last = format);
    take(readPlain, bytes, start, end);
    this.#last = readPlain;
  }
}

function take(format: Format, bytes: Uint8Array, start: number, end: number): boolean {
  line.messageStart = start;
  line.messageEnd = end;
  line.severity = 0;
  line.timeStart = line.timeEnd = -1;
  return format(bytes, start, end, line);
}
