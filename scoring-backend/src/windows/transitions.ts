/**
 * How unexpected a record's template is after the one before it, in bits: per template the successor that came last, and how
 * often it was the same again. Two look-ups and an increment per record; the logarithms are worked out when a bucket closes.
 */
import type { StateReader, StateWriter } from '../engine/state-codec.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../detectors/per-template.ts';
import { float64Column, grown, int32Column } from '../columns/small-columns.ts';

export class Transitions implements PerTemplate {
  /** 1 + the template that came last after this one; 0 none. */
  #next = int32Column(INITIAL_TEMPLATES);
  /** By twice the template: how often the same successor came again, and after it, how often another one. */
  #counts = float64Column(2 * INITIAL_TEMPLATES);
  /** Bits of either, as of the last refresh. */
  #bits = float64Column(2 * INITIAL_TEMPLATES).fill(1);
  #before = -1;

  /** The next record is of this template: how surprising that is, in bits. */
  follow(template: number): number {
    const before = this.#before;
    this.#before = template;
    if (before < 0) return 0;
    // No branch: which of the two it is cannot be predicted.
    const at = 2 * before + +(this.#next[before] !== template + 1);
    this.#next[before] = template + 1;
    this.#counts[at]++;
    return this.#bits[at];
  }

  /** Brings the bits of these templates up to date; what was learned long ago fades. */
  refresh(touched: Int32Array, touchedCount: number): void {
    for (let i = 0; i < touchedCount; i++) {
      const same = 2 * touched[i];
      const total = this.#counts[same] + this.#counts[same + 1];
      this.#bits[same] = Math.log2((total + 1) / (this.#counts[same] + 0.5));
      this.#bits[same + 1] = Math.log2((total + 1) / (this.#counts[same + 1] + 0.5));
      if (total < MEMORY) continue;
      this.#counts[same] /= 2;
      this.#counts[same + 1] /= 2;
    }
  }

  grow(capacity: number): void {
    const before = this.#bits.length;
    this.#next = grown(this.#next, capacity);
    this.#counts = grown(this.#counts, 2 * capacity);
    this.#bits = grown(this.#bits, 2 * capacity);
    if (this.#bits.length > before) this.#bits.fill(1, before);
  }

  clear(index: number): void {
    this.#next[index] = 0;
    this.#counts.fill(0, 2 * index, 2 * index + 2);
    this.#bits.fill(1, 2 * index, 2 * index + 2);
    if (this.#before === index) this.#before = -1;
  }

  merge(from: number, to: number): void {
    if (this.#before === from) this.#before = to;
    this.#counts[2 * to] += this.#counts[2 * from];
    this.#counts[2 * to + 1] += this.#counts[2 * from + 1];
    if (this.#next[to] === 0) this.#next[to] = this.#next[from];
    this.clear(from);
  }

  save(to: StateWriter): void {
    to.number(this.#next.length);
    to.column(this.#next);
    to.column(this.#counts);
    to.column(this.#bits);
    to.number(this.#before);
  }

  load(from: StateReader): void {
    this.grow(from.number());
    from.column(this.#next);
    from.column(this.#counts);
    from.column(this.#bits);
    this.#before = from.number();
  }
}

/** Transitions of a template that are remembered, about. */
const MEMORY = 8_192;
