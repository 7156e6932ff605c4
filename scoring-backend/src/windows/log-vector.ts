/**
 * What a window's records say, as a vector of fixed size: signed feature hashing (Weinberger et al. 2009) of the tokens of
 * its templates. A template is a unit vector, worked out once; a window is the sum of its templates', each weighted by
 * log2(1 + count), so a flood of one message cannot hide all others. Windows with the same messages have like vectors, and so
 * have windows whose messages share words. 128 bytes per template.
 */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import type { PerTemplate } from '../detectors/per-template.ts';
import { INITIAL_TEMPLATES } from '../detectors/per-template.ts';
import { float32Column, grown } from '../columns/small-columns.ts';

export const LOG_VECTOR_SIZE = 32;

export class TemplateVectors implements PerTemplate {
  #vectors = float32Column(INITIAL_TEMPLATES * LOG_VECTOR_SIZE);

  /** A template was seen for the first time. @param text with `<*>` for what varies */
  born(template: number, text: string): void {
    const from = template * LOG_VECTOR_SIZE;
    embed(text, this.#vectors.subarray(from, from + LOG_VECTOR_SIZE));
  }

  /** The sum over a window's templates, into `target`. */
  sum(touched: Int32Array, touchedCount: number, counts: Int32Array, target: Float32Array): void {
    target.fill(0);
    const vectors = this.#vectors;
    for (let i = 0; i < touchedCount; i++) {
      const weight = Math.log2(1 + counts[touched[i]]);
      const from = touched[i] * LOG_VECTOR_SIZE;
      for (let d = 0; d < LOG_VECTOR_SIZE; d++) target[d] += weight * vectors[from + d];
    }
  }

  grow(capacity: number): void {
    this.#vectors = grown(this.#vectors, capacity * LOG_VECTOR_SIZE);
  }

  clear(index: number): void {
    this.#vectors.fill(0, index * LOG_VECTOR_SIZE, (index + 1) * LOG_VECTOR_SIZE);
  }

  merge(from: number, to: number): void {
    const [a, b] = [from * LOG_VECTOR_SIZE, to * LOG_VECTOR_SIZE];
    // A template that no record came of yet takes the direction of the one that becomes part of it.
    if (this.#vectors.subarray(b, b + LOG_VECTOR_SIZE).every((value) => value === 0))
      this.#vectors.copyWithin(b, a, a + LOG_VECTOR_SIZE);
    this.clear(from);
  }

  save(to: StateWriter): void {
    to.number(this.#vectors.length / LOG_VECTOR_SIZE);
    to.column(this.#vectors);
  }

  load(from: StateReader): void {
    this.grow(from.number());
    from.column(this.#vectors);
  }
}

/** The tokens of a text, hashed into `target` with signs, at length 1. */
function embed(text: string, target: Float32Array): void {
  target.fill(0);
  let hash = FNV_BASIS;
  let inside = false;
  for (let i = 0; i <= text.length && i < MAX_TEXT; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0x20;
    if (isWord(code)) {
      hash = Math.imul(hash ^ code, FNV_PRIME);
      inside = true;
    } else if (inside) {
      add(hash, target);
      hash = FNV_BASIS;
      inside = false;
    }
  }
  let square = 0;
  for (const value of target) square += value * value;
  // A text without words, or whose words cancel out, still needs a direction.
  if (square === 0) target[0] = square = 1;
  const length = Math.sqrt(square);
  for (let d = 0; d < LOG_VECTOR_SIZE; d++) target[d] /= length;
}

function add(hash: number, target: Float32Array): void {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  target[mixed & (LOG_VECTOR_SIZE - 1)] += mixed < 0 ? -1 : 1;
}

function isWord(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code >= 0x80;
}

const MAX_TEXT = 1_024;
const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
