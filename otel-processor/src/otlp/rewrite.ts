/**
 * Makes a copy of a request with the changes collected in RequestEdits: changed messages get their new content, the
 * lengths of the messages around them are rewritten, and every other byte stays as it came and in its order.
 * As in splice.ts two passes: sizes from the inside out, then one copy into a buffer of exactly the right size.
 */
import { BufferPool } from './buffer-pool.ts';
import type { LogsColumns } from './columns.ts';
import type { EditChoice, FieldEdit, RequestEdits } from './request-edits.ts';
import { Shifts } from './shifted-columns.ts';
import { varintBytes, writeVarint } from './wire.ts';

export class Rewriter {
  readonly #pool = new BufferPool(24 << 20, 8 << 20);
  /** New lengths of the current request's scopes and resources; UNCHANGED where nothing inside is changed. */
  #scopeLength = new Int32Array(64);
  #resourceLength = new Int32Array(64);
  /** Where what was in the last request lies in its copy. */
  readonly shifts = new Shifts();

  /**
   * @param columns The request as `decodeLogs` read it.
   * @returns A buffer of its own, or `bytes` when no change is chosen.
   */
  rewrite(bytes: Uint8Array, columns: LogsColumns, edits: RequestEdits, choice: EditChoice): Uint8Array {
    if (edits.empty) return bytes;
    edits.sortFields();
    const growth = this.#size(bytes, columns, edits, choice);
    if (growth === undefined) return bytes;
    const out = this.#pool.take(bytes.length + growth);
    const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.shifts.length = 0;
    new Copy(source, out, columns, edits, choice, this.shifts).run(this.#scopeLength, this.#resourceLength);
    return out;
  }

  /** Lets a later call use the buffer that `rewrite` gave. */
  release(rewritten: Uint8Array): void {
    this.#pool.give(rewritten);
  }

  /** Sets the new lengths; gives the growth of the whole request, undefined when nothing is changed. */
  #size(bytes: Uint8Array, columns: LogsColumns, edits: RequestEdits, choice: EditChoice): number | undefined {
    const groups = columns.scopeTag.length;
    if (this.#scopeLength.length < groups) {
      this.#scopeLength = new Int32Array(groups);
      this.#resourceLength = new Int32Array(groups);
    }
    const scopeLength = this.#scopeLength.fill(UNCHANGED, 0, columns.scopes);
    const resourceLength = this.#resourceLength.fill(UNCHANGED, 0, columns.resources);
    for (const field of edits.fields) {
      if (!isChosen(field, choice)) continue;
      const length = lengthOf(field, choice);
      const grown = tagBytes(bytes, field) + varintBytes(length) + length - (field.end - field.tagAt);
      if (field.scope >= 0) widen(scopeLength, field.scope, columns.scopeStart, columns.scopeEnd, grown);
      else widen(resourceLength, field.resource, columns.resourceStart, columns.resourceEnd, grown);
    }
    for (let s = 0; s < columns.scopes && edits.touched.length > 0; s++) {
      for (let i = columns.scopeFirst[s]; i < columns.scopeLast[s]; i++) {
        if (!isRecordChosen(edits, i, choice)) continue;
        const length = recordLength(columns, edits, i, choice);
        const old = columns.recordEnd[i] - behindTag(bytes, columns.recordTag[i]);
        widen(scopeLength, s, columns.scopeStart, columns.scopeEnd, varintBytes(length) + length - old);
      }
    }
    for (let s = 0; s < columns.scopes; s++) {
      if (scopeLength[s] === UNCHANGED) continue;
      const old = columns.scopeEnd[s] - behindTag(bytes, columns.scopeTag[s]);
      const grown = varintBytes(scopeLength[s]) + scopeLength[s] - old;
      widen(resourceLength, columns.scopeResource[s], columns.resourceStart, columns.resourceEnd, grown);
    }
    let growth: number | undefined;
    for (let r = 0; r < columns.resources; r++) {
      if (resourceLength[r] === UNCHANGED) continue;
      const old = columns.resourceEnd[r] - behindTag(bytes, columns.resourceTag[r]);
      growth = (growth ?? 0) + varintBytes(resourceLength[r]) + resourceLength[r] - old;
    }
    return growth;
  }
}

/** One copy, front to back. */
class Copy {
  readonly #source: Buffer;
  readonly #out: Buffer;
  readonly #columns: LogsColumns;
  readonly #edits: RequestEdits;
  readonly #choice: EditChoice;
  readonly #shifts: Shifts;
  #from = 0;
  #to = 0;
  #field = 0;

  constructor(
    source: Buffer,
    out: Buffer,
    columns: LogsColumns,
    edits: RequestEdits,
    choice: EditChoice,
    shifts: Shifts,
  ) {
    this.#shifts = shifts;
    this.#source = source;
    this.#out = out;
    this.#columns = columns;
    this.#edits = edits;
    this.#choice = choice;
  }

  run(scopeLength: Int32Array, resourceLength: Int32Array): void {
    const columns = this.#columns;
    for (let r = 0; r < columns.resources; r++) {
      if (resourceLength[r] === UNCHANGED) continue;
      this.#head(columns.resourceTag[r], columns.resourceStart[r], resourceLength[r]);
      for (let s = columns.resourceFirst[r]; s < columns.resourceLast[r]; s++) {
        this.#fieldsBefore(columns.scopeTag[s]);
        if (scopeLength[s] === UNCHANGED) continue;
        this.#head(columns.scopeTag[s], columns.scopeStart[s], scopeLength[s]);
        for (let i = columns.scopeFirst[s]; i < columns.scopeLast[s]; i++) {
          if (!isRecordChosen(this.#edits, i, this.#choice)) continue;
          this.#fieldsBefore(columns.recordTag[i]);
          this.#record(i);
        }
        this.#fieldsBefore(columns.scopeEnd[s]);
      }
      this.#fieldsBefore(columns.resourceEnd[r]);
    }
    this.#upTo(this.#source.length);
  }

  #record(i: number): void {
    const { recordTag, recordStart, recordEnd } = this.#columns;
    const { out, redactedStart, redactedEnd, addedStart, addedEnd } = this.#edits;
    this.#head(recordTag[i], recordStart[i], recordLength(this.#columns, this.#edits, i, this.#choice));
    if (this.#choice.redacted && redactedStart[i] >= 0) this.#put(out.bytes, redactedStart[i], redactedEnd[i]);
    else this.#put(this.#source, recordStart[i], recordEnd[i]);
    if (this.#choice.added && addedStart[i] >= 0) this.#put(out.bytes, addedStart[i], addedEnd[i]);
    this.#goOn(recordEnd[i]);
  }

  /** Writes the changed fields that begin before `limit`. */
  #fieldsBefore(limit: number): void {
    const { fields, out } = this.#edits;
    for (; this.#field < fields.length; this.#field++) {
      const field = fields[this.#field];
      // A new field stands where the message behind it begins.
      if (field.tagAt >= limit && !(field.tagAt === limit && field.end === limit)) return;
      if (!isChosen(field, this.#choice)) continue;
      this.#upTo(field.tagAt);
      if (field.end === field.tagAt) this.#out[this.#to++] = NEW_FIELD_TAG;
      else this.#put(this.#source, field.tagAt, behindTag(this.#source, field.tagAt));
      this.#to = writeVarint(this.#out, this.#to, lengthOf(field, this.#choice));
      if (this.#choice.redacted && field.redactedStart >= 0)
        this.#put(out.bytes, field.redactedStart, field.redactedEnd);
      else this.#put(this.#source, field.contentStart, field.end);
      if (this.#choice.added && field.addedStart >= 0) this.#put(out.bytes, field.addedStart, field.addedEnd);
      this.#goOn(field.end);
    }
  }

  /** Copies what lies before a message and its tag, and writes the message's new length. */
  #head(tagAt: number, start: number, length: number): void {
    this.#upTo(behindTag(this.#source, tagAt));
    this.#to = writeVarint(this.#out, this.#to, length);
    this.#goOn(start);
  }

  /** What stood between the place reached and `from` was written in another form. */
  #goOn(from: number): void {
    this.#from = from;
    this.#shifts.add(from, this.#to - from);
  }

  #upTo(end: number): void {
    this.#put(this.#source, this.#from, end);
    this.#from = end;
  }

  #put(source: Buffer, start: number, end: number): void {
    if (end - start < 16) for (let i = start; i < end; i++) this.#out[this.#to++] = source[i];
    else this.#to += source.copy(this.#out, this.#to, start, end);
  }
}

/** Length of a message in which nothing is changed. */
const UNCHANGED = -1;
/** Field 1 of ResourceLogs and ScopeLogs: Resource, InstrumentationScope. */
const NEW_FIELD_TAG = 0x0a;

function widen(lengths: Int32Array, at: number, start: Int32Array, end: Int32Array, grown: number): void {
  if (lengths[at] === UNCHANGED) lengths[at] = end[at] - start[at];
  lengths[at] += grown;
}

function isChosen(edit: FieldEdit, { redacted, added }: EditChoice): boolean {
  return (redacted && edit.redactedStart >= 0) || (added && edit.addedStart >= 0);
}

/** Does record i get another content? */
export function isRecordChosen({ redactedStart, addedStart }: RequestEdits, i: number, choice: EditChoice): boolean {
  return (choice.redacted && redactedStart[i] >= 0) || (choice.added && addedStart[i] >= 0);
}

function lengthOf(edit: FieldEdit, { redacted, added }: EditChoice): number {
  const content =
    redacted && edit.redactedStart >= 0 ? edit.redactedEnd - edit.redactedStart : edit.end - edit.contentStart;
  return content + (added && edit.addedStart >= 0 ? edit.addedEnd - edit.addedStart : 0);
}

function recordLength(columns: LogsColumns, edits: RequestEdits, i: number, choice: EditChoice): number {
  const { redactedStart, redactedEnd, addedStart, addedEnd } = edits;
  const content =
    choice.redacted && redactedStart[i] >= 0
      ? redactedEnd[i] - redactedStart[i]
      : columns.recordEnd[i] - columns.recordStart[i];
  return content + (choice.added && addedStart[i] >= 0 ? addedEnd[i] - addedStart[i] : 0);
}

function tagBytes(bytes: Uint8Array, field: FieldEdit): number {
  return field.end === field.tagAt ? 1 : behindTag(bytes, field.tagAt) - field.tagAt;
}

/** Offset behind the tag that begins at `at`, which may be of more bytes than it needs. */
function behindTag(bytes: Uint8Array, at: number): number {
  while (bytes[at++] > 127);
  return at;
}
