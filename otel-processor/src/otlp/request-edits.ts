/**
 * What is to be changed in a request, collected before one copy makes it (rewrite.ts): other contents for records and for
 * the Resource and InstrumentationScope messages, and attributes to stand behind what they have.
 * New bytes lie in one buffer that is used again for every request; a record that stays as it is costs nothing.
 */
import { ByteSink } from './byte-sink.ts';

/** A change to a Resource or InstrumentationScope message. */
export interface FieldEdit {
  /** The field is `[tagAt, end)` in the request; where both are the same, a new one is put there. */
  readonly tagAt: number;
  readonly end: number;
  /** Its content, behind tag and length. */
  readonly contentStart: number;
  readonly resource: number;
  /** -1 when the field is of the ResourceLogs itself. */
  readonly scope: number;
  /** Redacted content and added attributes, as ranges of `RequestEdits.out`; `start = -1`: none. */
  redactedStart: number;
  redactedEnd: number;
  addedStart: number;
  addedEnd: number;
}

/** Which of the collected changes a copy makes. */
export interface EditChoice {
  readonly redacted: boolean;
  readonly added: boolean;
}

export class RequestEdits {
  /** Holds the new bytes. */
  readonly out = new ByteSink();
  /** Record i's redacted content and added attributes, as ranges of `out`; -1: none. */
  redactedStart = new Int32Array(INITIAL).fill(-1);
  redactedEnd = new Int32Array(INITIAL);
  addedStart = new Int32Array(INITIAL).fill(-1);
  addedEnd = new Int32Array(INITIAL);
  /** Records that have a change, in no order, each perhaps twice. */
  readonly touched: number[] = [];
  /** By their place in the request once `sortFields` was called. */
  readonly fields: FieldEdit[] = [];
  readonly #fieldByPlace = new Map<number, FieldEdit>();

  /** Forgets the changes of the request before and makes room for one of `records` records. */
  begin(records: number): void {
    for (const i of this.touched) this.redactedStart[i] = this.addedStart[i] = -1;
    this.touched.length = 0;
    this.fields.length = 0;
    this.#fieldByPlace.clear();
    this.out.length = 0;
    if (records <= this.redactedStart.length) return;
    const length = Math.max(records, this.redactedStart.length * 2);
    this.redactedStart = new Int32Array(length).fill(-1);
    this.redactedEnd = new Int32Array(length);
    this.addedStart = new Int32Array(length).fill(-1);
    this.addedEnd = new Int32Array(length);
  }

  get empty(): boolean {
    return this.touched.length === 0 && this.fields.length === 0;
  }

  /** Takes what `out` got since `start` as the redacted content of record i. */
  redactRecord(i: number, start: number): void {
    this.redactedStart[i] = start;
    this.redactedEnd[i] = this.out.length;
    this.touched.push(i);
  }

  /** Takes what `out` got since `start` as attributes of record i, each a whole field 6. */
  addToRecord(i: number, start: number): void {
    this.addedStart[i] = start;
    this.addedEnd[i] = this.out.length;
    this.touched.push(i);
  }

  /** The edit of the field `[tagAt, end)`, when there is one. */
  fieldAt(tagAt: number, end: number): FieldEdit | undefined {
    return this.#fieldByPlace.get(placeOf(tagAt, end));
  }

  /** The same, a new one when there is none yet. */
  field(tagAt: number, contentStart: number, end: number, resource: number, scope: number): FieldEdit {
    const known = this.fieldAt(tagAt, end);
    if (known !== undefined) return known;
    const none = { redactedStart: -1, redactedEnd: -1, addedStart: -1, addedEnd: -1 };
    const edit: FieldEdit = { tagAt, end, contentStart, resource, scope, ...none };
    this.fields.push(edit);
    this.#fieldByPlace.set(placeOf(tagAt, end), edit);
    return edit;
  }

  sortFields(): void {
    // What is put in comes before what begins at the same place.
    this.fields.sort((a, b) => a.tagAt - b.tagAt || a.end - b.end);
  }
}

const INITIAL = 1024;

/** A field that is there and one that is put in before it begin at the same place. */
function placeOf(tagAt: number, end: number): number {
  return tagAt * 2 + (tagAt === end ? 0 : 1);
}
