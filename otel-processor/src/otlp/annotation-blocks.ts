/**
 * The attributes that we add to a record, as bytes: each is LogRecord.attributes (field 6) with one KeyValue, made once
 * per name and patched per record. Which of them a record takes is decided in splice.ts.
 */
import type { VerdictBatch } from '../forward/verdict-batch.ts';
import { TEMPLATE_TEXT, type AnnotationNames } from './attribute-names.ts';
import { MessageWriter } from './message-writer.ts';

/** Attributes with a hole for the value of a record at a fixed place. */
export interface Block {
  readonly bytes: Buffer;
  /** The same, four bytes at a time; the last word overlaps the one before so that it ends with the block. */
  readonly words: Int32Array;
  /** Offset of the 8 bytes of a double. */
  readonly doubleAt: number;
  /** Offset of the 16 hex digits of a template id, or of the byte of a bool. */
  readonly otherAt: number;
}

export const ID_DIGITS = 16;

/** `anomaly.score` and `anomaly.template.id`, for every scored record. */
export function briefBlock(names: AnnotationNames): Block {
  const score = attribute(names.score, (value) => value.double(4, 0));
  const id = attribute(names.templateId, (value) => value.text(1, '0'.repeat(ID_DIGITS)));
  const bytes = joined(score, id);
  return { bytes, words: wordsOf(bytes), doubleAt: score.length - 8, otherAt: bytes.length - ID_DIGITS };
}

/** `anomaly.confidence` and `anomaly.is_anomaly`. */
export function judgementBlock(names: AnnotationNames): Block {
  const confidence = attribute(names.confidence, (value) => value.double(4, 0));
  const isAnomaly = attribute(names.isAnomaly, (value) => value.varint(2, 0));
  const bytes = joined(confidence, isAnomaly);
  return { bytes, words: wordsOf(bytes), doubleAt: confidence.length - 8, otherAt: bytes.length - 1 };
}

/** Of the reasons of record i. */
export function reasonsAttribute(names: AnnotationNames, verdicts: VerdictBatch, i: number): Buffer {
  return attribute(names.reasons, (value) =>
    value.message(5, (list) =>
      verdicts.showReasons(i, (bytes, start, end) => list.message(1, (entry) => entry.bytesOf(1, bytes, start, end))),
    ),
  );
}

export function modelAttribute(names: AnnotationNames, model: string): Buffer {
  return attribute(names.model, (value) => value.text(1, model));
}

export function unscoredAttribute(names: AnnotationNames, reason: string): Buffer {
  return attribute(names.unscored, (value) => value.text(1, reason));
}

export function templateAttribute(text: string): Buffer {
  return attribute(TEMPLATE_TEXT, (value) => value.text(1, text));
}

/** One for all attributes: memory of its own for each would cost more than writing it. */
const writer = new MessageWriter(1024);

function attribute(key: string, write: (value: MessageWriter) => void): Buffer {
  writer.clear().message(6, (pair) => {
    pair.text(1, key);
    pair.message(2, write);
  });
  return Buffer.from(writer.finish());
}

function joined(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts);
}

function wordsOf(bytes: Buffer): Int32Array {
  return Int32Array.from({ length: Math.ceil(bytes.length / 4) }, (_, i) =>
    bytes.readInt32LE(Math.min(i * 4, bytes.length - 4)),
  );
}
