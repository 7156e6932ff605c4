/**
 * How unexpected a record's template is after the one before it, in bits: per template the successor that came last, and how
 * often it was the same again. Two look-ups and an increment per record; the logarithms are worked out when a bucket closes.
 */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../detectors/per-template.ts';
import { float64Column, grown } from '../columns/small-columns.ts';

export class Transitions implements PerTemplate {
  /** By template its fields, beside each other. */
  #rows = ofNothing(float64Column(FIELDS * INITIAL_TEMPLATES), 0);
  #before = -1;

  /** The next record is of this template: how surprising that is, in bits. */
  follow(template: number): number {
    const before = this.#before;
    this.#before = template;
    if (before < 0) return 0;
    const rows = this.#rows;
    const row = before * FIELDS;
    // No branch: which of the two it is cannot be predicted.
    const at = row + +(rows[row + NEXT] !== template + 1);
    rows[row + NEXT] = template + 1;
    rows[at + COUNTS]++;
    return rows[at + BITS];
  }

  /** Brings the bits of these templates up to date; what was learned long ago fades. */
  refresh(touched: Int32Array, touchedCount: number): void {
    for (let i = 0; i < touchedCount; i++) {
      const rows = this.#rows;
      const same = touched[i] * FIELDS + COUNTS;
      const other = same + 1;
      const total = rows[same] + rows[other];
      rows[same - COUNTS + BITS] = Math.log2((total + 1) / (rows[same] + 0.5));
      rows[other - COUNTS + BITS] = Math.log2((total + 1) / (rows[other] + 0.5));
      if (total < MEMORY) continue;
      rows[same] /= 2;
      rows[other] /= 2;
    }
  }

  grow(capacity: number): void {
    const before = this.#rows.length;
    this.#rows = ofNothing(grown(this.#rows, capacity * FIELDS), before);
  }

  clear(index: number): void {
    this.#rows.fill(0, index * FIELDS, (index + 1) * FIELDS);
    this.#rows.fill(1, index * FIELDS + BITS, (index + 1) * FIELDS);
    if (this.#before === index) this.#before = -1;
  }

  merge(from: number, to: number): void {
    if (this.#before === from) this.#before = to;
    const rows = this.#rows;
    const [row, other] = [to * FIELDS, from * FIELDS];
    rows[row + COUNTS] += rows[other + COUNTS];
    rows[row + COUNTS + 1] += rows[other + COUNTS + 1];
    if (rows[row + NEXT] === 0) rows[row + NEXT] = rows[other + NEXT];
    this.clear(from);
  }

  save(to: StateWriter): void {
    to.number(this.#rows.length / FIELDS);
    to.column(this.#rows);
    to.number(this.#before);
  }

  load(from: StateReader): void {
    this.grow(from.number());
    from.column(this.#rows);
    this.#before = from.number();
  }
}

/** The rows from `start` on are those of templates that nothing came after. */
function ofNothing(rows: Float64Array<ArrayBuffer>, start: number): Float64Array<ArrayBuffer> {
  for (let row = start; row < rows.length; row += FIELDS) rows.fill(1, row + BITS, row + FIELDS);
  return rows;
}

/** Fields of a template: 1 + the template that came last after it, 0 none; */
const NEXT = 0;
/** how often the same successor came again, and after it, how often another one; */
const COUNTS = 1;
/** bits of either, as of the last refresh. */
const BITS = 3;
const FIELDS = 5;

/** Transitions of a template that are remembered, about. */
const MEMORY = 8_192;
