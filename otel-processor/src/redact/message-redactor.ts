/**
 * Writes a LogRecord, Resource or InstrumentationScope again without its secrets: texts in bodies and attributes, at any
 * depth of lists and maps. Fields that hold none, unknown ones and their order stay as they came.
 */
import type { ByteSink } from '../otlp/byte-sink.ts';
import { MalformedRequest } from '../otlp/request-errors.ts';
import { FieldReader, LENGTH, VARINT } from '../otlp/wire.ts';
import { COVER, COVER_PHONE, LEAVE, type AttributePolicy } from './attribute-policy.ts';
import type { Action, Masks } from './masks.ts';
import { coverable, coveredContent, holdsPhone } from './covered-value.ts';
import { RedactionSummary, type Summary } from './summary.ts';
import type { TextRedactor } from './text-redactor.ts';

export interface MessageRedactorOptions {
  readonly text: TextRedactor;
  readonly policy: AttributePolicy;
  readonly masks: Masks;
  /** For values that are secret as a whole, and for those that are a telephone number. */
  readonly cover: Cover;
  readonly coverPhone: Cover;
  readonly summary: Summary;
}

/** What is done with values that are secret as a whole. */
export interface Cover {
  readonly label: string;
  readonly action: Action;
  /** Told of every value that is covered. */
  readonly onCovered: () => void;
}

/** Field numbers of a message: 0 for none. */
export interface MessageShape {
  readonly body: number;
  readonly attributes: number;
}
export const RECORD: MessageShape = { body: 5, attributes: 6 };
export const RESOURCE: MessageShape = { body: 0, attributes: 1 };
export const SCOPE: MessageShape = { body: 0, attributes: 3 };

/** Kinds of AnyValue by field number. */
const STRING = 1;
const ARRAY = 5;
const KEY_VALUES = 6;
const BYTES = 7;
/** As the decoder has it (scan.ts). */
const MAX_DEPTH = 100;

export class MessageRedactor {
  readonly #options: MessageRedactorOptions;
  readonly #summary = new RedactionSummary();
  #out: ByteSink | undefined;
  #tenant = '';
  #inBody = false;
  #depth = 0;

  constructor(options: MessageRedactorOptions) {
    this.#options = options;
  }

  /** Appends the new content of the message `bytes[start, end)` to `out`; when nothing in it changes, false, and `out` stays. */
  redact(bytes: Uint8Array, start: number, end: number, shape: MessageShape, tenant: string, out: ByteSink): boolean {
    const mark = out.length;
    this.#out = out;
    this.#tenant = tenant;
    this.#summary.reset();
    let changed = false;
    let from = start;
    for (const reader = new FieldReader(bytes, start, end); reader.next();) {
      const { valueStart, valueEnd } = reader;
      const fieldEnd = valueEnd;
      const isBody = shape.body > 0 && reader.is(shape.body, LENGTH);
      if (!isBody && !reader.is(shape.attributes, LENGTH)) {
        out.copy(bytes, from, fieldEnd);
        from = fieldEnd;
        continue;
      }
      this.#inBody = isBody;
      const field = out.length;
      out.byte((isBody ? shape.body : shape.attributes) * 8 + 2);
      const message = out.beginMessage();
      const result = this.#bodyOrAttribute(bytes, valueStart, valueEnd);
      if (result === UNTOUCHED) {
        out.length = field;
        out.copy(bytes, from, fieldEnd);
      } else if (result === DROPPED) {
        out.length = field;
        // What an earlier processor counted is no change of ours, only written in another place.
        changed ||= !this.#tookOver;
      } else {
        out.endMessage(message);
        changed = true;
      }
      from = fieldEnd;
    }
    if (changed) this.#summary.write(out, shape.attributes, this.#options.summary);
    else out.length = mark;
    return changed;
  }

  /** What cannot be read is left as it is: the decoder reads attributes no deeper than it needs. */
  #bodyOrAttribute(bytes: Uint8Array, start: number, end: number): number {
    this.#depth = 0;
    try {
      return this.#inBody ? this.#value(bytes, start, end, bodyPath) : this.#pair(bytes, start, end, topLevel);
    } catch (error) {
      if (error instanceof MalformedRequest) return UNTOUCHED;
      throw error;
    }
  }

  /** Whether the pair dropped last was a summary attribute. */
  #tookOver = false;

  /** Writes a KeyValue. @param outer what its path begins with */
  #pair(bytes: Uint8Array, start: number, end: number, outer: Path): number {
    let keyStart = -1;
    let keyEnd = -1;
    for (const pair = new FieldReader(bytes, start, end); pair.next();)
      if (pair.is(1, LENGTH)) {
        keyStart = pair.valueStart;
        keyEnd = pair.valueEnd;
      }
    const policy = keyStart < 0 ? 0 : this.#options.policy.of(bytes, keyStart, keyEnd);
    if (policy === LEAVE) return UNTOUCHED;
    const path = (): string => outer() + TEXT.decode(bytes.subarray(Math.max(0, keyStart), Math.max(0, keyEnd)));
    if (
      outer === topLevel &&
      !this.#inBody &&
      this.#options.summary !== 'silent' &&
      this.#isSummary(bytes, start, end, keyStart, keyEnd)
    )
      return DROPPED;
    const cover = this.#coverOf(policy, bytes, start, end);
    if (cover?.action === 'remove' && coverable(bytes, start, end, this.#options.masks)) {
      this.#summary.note(this.#inBody ? 'body.redacted' : 'redacted', path());
      cover.onCovered();
      this.#tookOver = false;
      return DROPPED;
    }
    const out = this.#sink;
    let result = UNTOUCHED;
    let from = start;
    for (const pair = new FieldReader(bytes, start, end); pair.next();) {
      const { valueStart, valueEnd } = pair;
      if (!pair.is(2, LENGTH)) {
        out.copy(bytes, from, valueEnd);
        from = valueEnd;
        continue;
      }
      const field = out.length;
      out.byte(0x12);
      const message = out.beginMessage();
      const value =
        cover === undefined
          ? this.#value(bytes, valueStart, valueEnd, path)
          : this.#cover(bytes, valueStart, valueEnd, cover, path);
      if (value === UNTOUCHED) {
        out.length = field;
        out.copy(bytes, from, valueEnd);
      } else {
        out.endMessage(message);
        result = WRITTEN;
      }
      from = valueEnd;
    }
    return result;
  }

  #coverOf(policy: number, bytes: Uint8Array, start: number, end: number): Cover | undefined {
    if (policy === COVER) return this.#options.cover;
    return policy === COVER_PHONE && holdsPhone(bytes, start, end) ? this.#options.coverPhone : undefined;
  }

  /** Writes an AnyValue that is secret as a whole: a mask in its place. */
  #cover(bytes: Uint8Array, start: number, end: number, { label, action, onCovered }: Cover, path: Path): number {
    const { masks } = this.#options;
    const content = coveredContent(bytes, start, end, masks);
    if (content === undefined) return UNTOUCHED;
    const out = this.#sink;
    out.byte(0x0a);
    out.text(masks.text(action, label, this.#tenant, bytes, content.start, content.end));
    this.#summary.note(this.#inBody ? 'body.masked' : 'masked', path());
    onCovered();
    return WRITTEN;
  }

  /** Writes an AnyValue. */
  #value(bytes: Uint8Array, start: number, end: number, path: Path): number {
    const out = this.#sink;
    let result = UNTOUCHED;
    let from = start;
    for (const value = new FieldReader(bytes, start, end); value.next();) {
      const { field, valueStart, valueEnd, wireType } = value;
      const mark = out.length;
      let changed = false;
      if (wireType === LENGTH && (field === STRING || field === BYTES)) {
        out.byte(field * 8 + 2);
        const message = out.beginMessage();
        changed = this.#options.text.redact(bytes, valueStart, valueEnd, this.#tenant, out);
        if (changed) {
          out.endMessage(message);
          this.#summary.note(this.#inBody ? 'body.masked' : 'masked', path());
        }
      } else if (wireType === LENGTH && (field === ARRAY || field === KEY_VALUES)) {
        out.byte(field * 8 + 2);
        const message = out.beginMessage();
        changed = this.#list(bytes, valueStart, valueEnd, field, path);
        if (changed) out.endMessage(message);
      }
      if (changed) result = WRITTEN;
      else {
        out.length = mark;
        out.copy(bytes, from, valueEnd);
      }
      from = valueEnd;
    }
    return result;
  }

  /** Writes the content of an ArrayValue or KeyValueList. */
  #list(bytes: Uint8Array, start: number, end: number, kind: number, path: Path): boolean {
    const out = this.#sink;
    let changed = false;
    let from = start;
    let index = 0;
    const inner: Path = path === bodyPath ? () => '' : () => `${path()}.`;
    if (++this.#depth > MAX_DEPTH) throw new MalformedRequest(`value nested deeper than ${MAX_DEPTH}`);
    for (const list = new FieldReader(bytes, start, end); list.next();) {
      const { valueStart, valueEnd } = list;
      if (!list.is(1, LENGTH)) {
        out.copy(bytes, from, valueEnd);
        from = valueEnd;
        continue;
      }
      const mark = out.length;
      out.byte(0x0a);
      const message = out.beginMessage();
      const result =
        kind === ARRAY
          ? this.#value(bytes, valueStart, valueEnd, itemPath(inner, index++))
          : this.#pair(bytes, valueStart, valueEnd, inner);
      if (result === WRITTEN) out.endMessage(message);
      else out.length = mark;
      if (result === UNTOUCHED) out.copy(bytes, from, valueEnd);
      else changed = true;
      from = valueEnd;
    }
    this.#depth--;
    return changed;
  }

  #isSummary(bytes: Uint8Array, start: number, end: number, keyStart: number, keyEnd: number): boolean {
    if (keyStart < 0 || keyEnd - keyStart < 18 || bytes[keyStart] !== 0x72 || bytes[keyStart + 9] !== 0x2e)
      return false;
    let text: string | undefined;
    let count: number | undefined;
    for (const pair = new FieldReader(bytes, start, end); pair.next();) {
      if (!pair.is(2, LENGTH)) continue;
      for (const value = pair.message(); value.next();) {
        if (value.is(STRING, LENGTH)) text = value.text;
        else if (value.is(3, VARINT)) count = value.varint;
      }
    }
    const key = Buffer.from(bytes.buffer, bytes.byteOffset + keyStart, keyEnd - keyStart).toString();
    this.#tookOver = this.#summary.takeOver(key, text, count);
    return this.#tookOver;
  }

  get #sink(): ByteSink {
    if (this.#out === undefined) throw new TypeError('nothing is being redacted');
    return this.#out;
  }
}

/** Where a value stands, as the summary tells it: put together only for what is told. */
type Path = () => string;
const topLevel: Path = () => '';
const bodyPath: Path = () => 'body';
const itemPath = (outer: Path, index: number): Path => {
  return () => `${outer()}[${index}]`;
};
const TEXT = new TextDecoder();

/** What became of a part: left as it is (what was written of it is to be taken back), written anew, or to be left out. */
const UNTOUCHED = 0;
const WRITTEN = 1;
const DROPPED = 2;
