/**
 * Writes verdicts into a request without decoding and encoding it: our attributes are appended to each record and the
 * lengths of the messages around it are rewritten. Every other byte stays as it came and in its order, unknown fields
 * and unusual encodings included.
 *
 * Two passes: sizes from the inside out, then one copy into a buffer of exactly the right size.
 */
import type { VerdictBatch } from '../forward/verdict-batch.ts';
import { ANOMALY, SCORED } from '../forward/verdict-batch.ts';
import {
  briefBlock,
  judgementBlock,
  modelAttribute,
  reasonsAttribute,
  templateAttribute,
  unscoredAttribute,
  type Block,
} from './annotation-blocks.ts';
import { BufferPool } from './buffer-pool.ts';
import { DEFAULT_ANNOTATION_NAMES, type AnnotationNames } from './attribute-names.ts';
import type { LogsColumns } from './columns.ts';
import { varintBytes, writeVarint } from './wire.ts';

export interface AnnotatorOptions {
  /** Names that differ from the default ones; give them to `compileRecordKeys` as well. */
  readonly names?: Partial<AnnotationNames>;
  /** Default 'brief': score and template id, and the rest from score 0.5 up. 'full': everything on every record. */
  readonly annotate?: 'brief' | 'full';
}

/** From this score up, as it is written, a record says more than its score. */
export const TELLING_SCORE = 0.5;
/** Scores and confidences are written with four decimals: more would only look precise. */
const DECIMALS = 10_000;
/** What is rounded to less than the telling score is below this. */
const NOT_TELLING = TELLING_SCORE * DECIMALS - 0.5;

export class Annotator {
  readonly #names: AnnotationNames;
  readonly #full: boolean;
  readonly #brief: Block;
  readonly #judgement: Block;
  readonly #pool = new BufferPool(24 << 20, 8 << 20);
  /** Bytes added per record of the current request, and new lengths of its scopes and resources. */
  #added = new Int32Array(1024);
  #scopeLength = new Int32Array(64);
  #resourceLength = new Int32Array(64);
  /** Constant attributes of the current verdicts: the model, and the reasons by their set. */
  #model: Buffer = Buffer.alloc(0);
  #modelName: string | undefined;
  #reasons: (Buffer | undefined)[] = [];
  #templates = new Map<string, Buffer>();

  constructor(options: AnnotatorOptions = {}) {
    this.#names = { ...DEFAULT_ANNOTATION_NAMES, ...options.names };
    this.#full = options.annotate === 'full';
    this.#brief = briefBlock(this.#names);
    this.#judgement = judgementBlock(this.#names);
  }

  /**
   * @param columns The request as `decodeLogs` read it.
   * @param verdicts One per record. Undefined: none was scored.
   * @param unscored Why, for records without a verdict or whose verdict is not SCORED.
   * @returns A buffer of its own, or `bytes` when nothing is to be added. Records that carry our mark stay as they are.
   * @throws RangeError when the verdicts are not of this request.
   */
  annotate(bytes: Uint8Array, columns: LogsColumns, verdicts: VerdictBatch | undefined, unscored: string): Uint8Array {
    if (verdicts !== undefined && verdicts.records !== columns.records)
      throw new RangeError(`verdicts: expected ${columns.records} records, got ${verdicts.records}`);
    const unscoredBlock = unscoredAttribute(this.#names, unscored);
    this.#describe(verdicts);
    this.#sizeRecords(columns, verdicts, unscoredBlock.length);
    const growth = this.#sizeGroups(bytes, columns);
    if (growth === undefined) return bytes;
    const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const out = this.#pool.take(bytes.length + growth);
    this.#copy(source, out, columns, verdicts, unscoredBlock);
    return out;
  }

  /** Lets a later call use the buffer that `annotate` gave. Without it each call takes a fresh one, at a third of the speed. */
  release(annotated: Uint8Array): void {
    this.#pool.give(annotated);
  }

  #describe(verdicts: VerdictBatch | undefined): void {
    this.#reasons.length = 0;
    this.#templates.clear();
    if (verdicts === undefined || verdicts.model === this.#modelName) return;
    this.#model = modelAttribute(this.#names, verdicts.model);
    this.#modelName = verdicts.model;
  }

  #sizeRecords(columns: LogsColumns, verdicts: VerdictBatch | undefined, unscoredBytes: number): void {
    if (this.#added.length < columns.records) this.#added = new Int32Array(columns.recordTag.length);
    const added = this.#added;
    const { marked } = columns;
    const brief = this.#brief.bytes.length;
    for (let i = 0; i < columns.records; i++) {
      if (marked[i] === 1) added[i] = 0;
      else if (verdicts === undefined || (verdicts.flags[i] & SCORED) === 0) added[i] = unscoredBytes;
      else if (!this.#full && verdicts.score[i] * DECIMALS < NOT_TELLING) added[i] = brief;
      else {
        added[i] = brief + this.#judgement.bytes.length;
        for (const part of this.#more(columns, verdicts, i)) added[i] += part.length;
      }
    }
  }

  /** The attributes of a telling record behind its score and judgement. */
  #more(columns: LogsColumns, verdicts: VerdictBatch, i: number): readonly Buffer[] {
    const set = verdicts.reasonSet[i];
    const reasons = (this.#reasons[set] ??= reasonsAttribute(this.#names, verdicts, i));
    const template = this.#full && columns.templateStart[i] < 0 ? this.#template(verdicts, i) : undefined;
    return template === undefined ? [reasons, this.#model] : [reasons, this.#model, template];
  }

  #template(verdicts: VerdictBatch, i: number): Buffer | undefined {
    const id = hexHalf(verdicts.templateHigh[i]) + hexHalf(verdicts.templateLow[i]);
    let attribute = this.#templates.get(id);
    if (attribute !== undefined) return attribute;
    const text = verdicts.text(id);
    if (text === undefined) return undefined;
    attribute = templateAttribute(text);
    this.#templates.set(id, attribute);
    return attribute;
  }

  /** New lengths of scopes and resources; gives the growth of the whole request, undefined when nothing is added. */
  #sizeGroups(bytes: Uint8Array, columns: LogsColumns): number | undefined {
    if (this.#scopeLength.length < columns.scopeTag.length) {
      this.#scopeLength = new Int32Array(columns.scopeTag.length);
      this.#resourceLength = new Int32Array(columns.scopeTag.length);
    }
    let growth = 0;
    let changed = false;
    for (let r = 0; r < columns.resources; r++) {
      let resourceGrowth = 0;
      // With all records unchanged a length is left as it came, however it was written.
      this.#resourceLength[r] = UNCHANGED;
      for (let s = columns.resourceFirst[r]; s < columns.resourceLast[r]; s++) {
        this.#scopeLength[s] = UNCHANGED;
        const scopeGrowth = this.#growthOfRecords(bytes, columns, s);
        if (scopeGrowth === undefined) continue;
        const start = columns.scopeStart[s];
        const length = columns.scopeEnd[s] - start + scopeGrowth;
        this.#scopeLength[s] = length;
        this.#resourceLength[r] = 0;
        resourceGrowth += scopeGrowth + varintBytes(length) - (start - behindTag(bytes, columns.scopeTag[s]));
      }
      if (this.#resourceLength[r] === UNCHANGED) continue;
      changed = true;
      const start = columns.resourceStart[r];
      const length = columns.resourceEnd[r] - start + resourceGrowth;
      this.#resourceLength[r] = length;
      growth += resourceGrowth + varintBytes(length) - (start - behindTag(bytes, columns.resourceTag[r]));
    }
    return changed ? growth : undefined;
  }

  #growthOfRecords(bytes: Uint8Array, columns: LogsColumns, scope: number): number | undefined {
    const added = this.#added;
    const { recordTag, recordStart, recordEnd, paddedTags } = columns;
    let growth = 0;
    let changed = false;
    for (let i = columns.scopeFirst[scope]; i < columns.scopeLast[scope]; i++) {
      const extra = added[i];
      if (extra === 0) continue;
      changed = true;
      const start = recordStart[i];
      // The bytes themselves are read once, when they are copied.
      const head = paddedTags ? behindTag(bytes, recordTag[i]) : recordTag[i] + 1;
      growth += extra + varintBytes(recordEnd[i] - start + extra) - (start - head);
    }
    return changed ? growth : undefined;
  }

  #copy(
    source: Buffer,
    out: Buffer,
    columns: LogsColumns,
    verdicts: VerdictBatch | undefined,
    unscoredBlock: Buffer,
  ): void {
    const added = this.#added;
    const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
    const brief = this.#brief;
    let from = 0;
    let to = 0;
    for (let r = 0; r < columns.resources; r++) {
      if (this.#resourceLength[r] === UNCHANGED) continue;
      to = copyHead(source, from, columns.resourceTag[r], out, to, this.#resourceLength[r]);
      from = columns.resourceStart[r];
      for (let s = columns.resourceFirst[r]; s < columns.resourceLast[r]; s++) {
        if (this.#scopeLength[s] === UNCHANGED) continue;
        to = copyHead(source, from, columns.scopeTag[s], out, to, this.#scopeLength[s]);
        from = columns.scopeStart[s];
        for (let i = columns.scopeFirst[s]; i < columns.scopeLast[s]; i++) {
          const extra = added[i];
          if (extra === 0) continue;
          const start = columns.recordStart[i];
          const end = columns.recordEnd[i];
          to = copyHead(source, from, columns.recordTag[i], out, to, end - start + extra);
          source.copy(out, to, start, end);
          to += end - start;
          from = end;
          if (verdicts === undefined || (verdicts.flags[i] & SCORED) === 0) to = put(out, to, unscoredBlock);
          else {
            putBlock(view, to, brief);
            const score = rounded(verdicts.score[i]);
            view.setFloat64(to + brief.doubleAt, score, true);
            putHex(view, to + brief.otherAt, verdicts.templateHigh[i]);
            putHex(view, to + brief.otherAt + 8, verdicts.templateLow[i]);
            to += brief.bytes.length;
            if (extra !== brief.bytes.length) to = this.#copyTelling(out, view, to, columns, verdicts, i);
          }
        }
      }
    }
    source.copy(out, to, from);
  }

  #copyTelling(
    out: Buffer,
    view: DataView,
    to: number,
    columns: LogsColumns,
    verdicts: VerdictBatch,
    i: number,
  ): number {
    const { bytes, doubleAt, otherAt } = this.#judgement;
    putBlock(view, to, this.#judgement);
    view.setFloat64(to + doubleAt, rounded(verdicts.confidence[i]), true);
    out[to + otherAt] = (verdicts.flags[i] & ANOMALY) === 0 ? 0 : 1;
    to += bytes.length;
    for (const part of this.#more(columns, verdicts, i)) to = put(out, to, part);
    return to;
  }
}

/** Length of a message that has nothing added in it. */
const UNCHANGED = -1;

/** Copies what lies before a message and its tag, and writes the message's new length. */
function copyHead(source: Buffer, from: number, tag: number, out: Buffer, to: number, length: number): number {
  const end = behindTag(source, tag);
  if (end - from < 16) while (from < end) out[to++] = source[from++];
  else {
    source.copy(out, to, from, end);
    to += end - from;
  }
  return writeVarint(out, to, length);
}

/** Writes a block of at least four bytes: a call to copy so little would cost more. */
function putBlock(view: DataView, to: number, { bytes, words }: Block): void {
  const last = words.length - 1;
  for (let i = 0; i < last; i++) view.setInt32(to + i * 4, words[i], true);
  view.setInt32(to + bytes.length - 4, words[last], true);
}

function put(out: Buffer, to: number, block: Buffer): number {
  block.copy(out, to);
  return to + block.length;
}

/** Offset behind the tag that begins at `at`, which may be of more bytes than it needs. */
function behindTag(bytes: Uint8Array, at: number): number {
  while (bytes[at++] > 127);
  return at;
}

function rounded(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS;
}

function hexHalf(half: number): string {
  return half.toString(16).padStart(8, '0');
}

/** The two hex digits of each byte, as they lie in memory. */
const HEX = Uint16Array.from({ length: 256 }, (_, byte) => {
  const digits = byte.toString(16).padStart(2, '0');
  return digits.charCodeAt(0) | (digits.charCodeAt(1) << 8);
});

function putHex(view: DataView, to: number, half: number): void {
  view.setInt32(to, HEX[half >>> 24] | (HEX[(half >>> 16) & 255] << 16), true);
  view.setInt32(to + 4, HEX[(half >>> 8) & 255] | (HEX[half & 255] << 16), true);
}
