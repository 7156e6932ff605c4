/**
 * How odd one record is by its template alone: p = P(a template at least as rare, after a gap at least as long).
 *
 * Templates are ordered by rarity in classes of count (half octaves). The chance of something rarer is the mass of the
 * rarer classes; within its class a template's gap (records since it was last seen) is geometric with its share:
 * p = mass(rarer) + mass(class) · (1 − share)^(gap − 1), uniform for a stream of independent records. Templates never
 * seen are the rarest class of all, with Good and Turing's mass, and the gap since the last new one within it.
 *
 * New templates do not come by the record alone: rare lines come by the hour, whatever the traffic, and many come together
 * at a release. p is at least the new template's chance times the share of gaps between new ones that were as long.
 *
 * A template that came a moment ago is in a burst, and not odd: p is at least the share of gaps as long (gap-tail.ts).
 * The masses are looked up in tables, brought up to date by `refresh` when the stream has grown by a tenth.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { GapTail } from './gap-tail.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../per-template.ts';
import { float64Column, grown, uint8Column } from '../../columns/small-columns.ts';

export class RecordNovelty implements PerTemplate {
  /** Records learned per template. */
  count = float64Column(INITIAL_TEMPLATES);
  /** Number of the stream's record that was the template's last. */
  #last = float64Column(INITIAL_TEMPLATES);
  #class = uint8Column(INITIAL_TEMPLATES);
  /** Records in templates of a class. */
  readonly #mass = float64Column(CLASSES);
  /** Records learned, those of evicted templates included. */
  #records = 0;
  #evicted = 0;
  /** Templates seen exactly once. */
  #once = 0;
  #lastNew = 0;
  /** As of the last refresh: chance of a new template, of a class rarer than this, and of this class. */
  #newChance = 0.5;
  readonly #rarer = float64Column(CLASSES);
  readonly #own = float64Column(CLASSES);
  readonly #gaps = new GapTail();
  /** Records from one new template to the next. */
  readonly #newGaps = new GapTail();
  #refreshAt = 0;

  get records(): number {
    return this.#records;
  }

  get evicted(): number {
    return this.#evicted;
  }

  /** Are the tables due? A function of what was learned only. */
  get stale(): boolean {
    return this.#records >= this.#refreshAt;
  }

  classOf(template: number): number {
    return this.#class[template];
  }

  /** Least p that a known template of this class can have, and the greatest. */
  rarest(classIndex: number): number {
    return this.#rarer[classIndex];
  }

  commonest(classIndex: number): number {
    return this.#rarer[classIndex] + this.#own[classIndex];
  }

  /** p of a record of this template, if it came next. */
  p(template: number): number {
    const count = this.count[template];
    if (count === 0) {
      const sinceNew = this.#records - this.#lastNew;
      const byChance = Math.exp(Math.log1p(-this.#newChance) * sinceNew);
      return this.#newChance * Math.max(byChance, this.#newGaps.p(sinceNew));
    }
    const gap = this.#records - this.#last[template];
    const share = Math.min(count / this.#records, MOST_SHARE);
    const k = this.#class[template];
    const byShare = this.#rarer[k] + this.#own[k] * Math.exp(Math.log1p(-share) * gap);
    return Math.max(byShare, this.#gaps.p(gap));
  }

  /** Chance that a record is of a template never seen, as of the last refresh (Good and Turing). */
  get newChance(): number {
    return this.#newChance;
  }

  /** The templates that a record came of. */
  *known(): Generator<number> {
    for (let index = 0; index < this.count.length; index++) if (this.count[index] > 0) yield index;
  }

  /** The template that most records are of. */
  commonestTemplate(): number {
    let commonest = 0;
    for (const index of this.known()) if (this.count[index] > this.count[commonest]) commonest = index;
    return commonest;
  }

  /** What is known of a template before its next record is learned. */
  historyOf(template: number): { count: number; records: number; gap: number; newChance: number } {
    const [records, newChance] = [this.#records, this.#newChance];
    return { count: this.count[template], records, gap: records - this.#last[template], newChance };
  }

  /** Learns that this template came. */
  learn(template: number): void {
    const count = ++this.count[template];
    if (count > 1) this.#gaps.learn(this.#records - this.#last[template]);
    else this.#newGaps.learn(this.#records - this.#lastNew);
    this.#last[template] = ++this.#records;
    const k = this.#class[template];
    if (count === 1) {
      this.#once++;
      this.#lastNew = this.#records;
      this.#mass[0]++;
      return;
    }
    if (count === 2) this.#once--;
    if (count >= CLASS_FROM[k + 1]) {
      this.#mass[k] -= count - 1;
      const next = classOfCount(count, k);
      this.#class[template] = next;
      this.#mass[next] += count;
    } else this.#mass[k]++;
  }

  refresh(): void {
    this.#refreshAt = this.#records + Math.max(1, Math.floor(this.#records * GROWTH));
    const records = this.#records;
    this.#gaps.refresh();
    this.#newGaps.refresh();
    this.#newChance = (this.#once + 1) / (records + 2);
    const known = 1 - this.#newChance;
    let below = 0;
    for (let k = 0; k < CLASSES; k++) {
      const share = records === 0 ? 0 : this.#mass[k] / records;
      this.#rarer[k] = this.#newChance + known * below;
      this.#own[k] = known * share;
      below += share;
    }
  }

  grow(capacity: number): void {
    this.count = grown(this.count, capacity);
    this.#last = grown(this.#last, capacity);
    this.#class = grown(this.#class, capacity);
  }

  /** Forgets a template; its records stay counted as evicted. */
  clear(index: number): void {
    this.#take(index);
    this.#evicted += this.count[index];
    this.count[index] = 0;
  }

  merge(from: number, to: number): void {
    this.#take(from);
    this.#take(to);
    const count = this.count[from] + this.count[to];
    this.count[to] = count;
    this.count[from] = 0;
    this.#last[to] = Math.max(this.#last[to], this.#last[from]);
    if (count === 0) return;
    this.#class[to] = classOfCount(count, 0);
    this.#mass[this.#class[to]] += count;
    if (count === 1) this.#once++;
  }

  /** Takes a template out of the class masses. */
  #take(index: number): void {
    this.#mass[this.#class[index]] -= this.count[index];
    if (this.count[index] === 1) this.#once--;
    this.#class[index] = 0;
  }

  save(to: StateWriter): void {
    to.number(this.count.length);
    to.column(this.count);
    to.column(this.#last);
    to.column(this.#class);
    for (const column of [this.#mass, this.#rarer, this.#own]) to.column(column);
    this.#gaps.save(to);
    this.#newGaps.save(to);
    to.column(
      Float64Array.of(this.#records, this.#evicted, this.#once, this.#lastNew, this.#newChance, this.#refreshAt),
    );
  }

  load(from: StateReader): void {
    this.grow(from.number());
    from.column(this.count);
    from.column(this.#last);
    from.column(this.#class);
    for (const column of [this.#mass, this.#rarer, this.#own]) from.column(column);
    this.#gaps.load(from);
    this.#newGaps.load(from);
    const numbers = new Float64Array(6);
    from.column(numbers);
    [this.#records, this.#evicted, this.#once, this.#lastNew, this.#newChance, this.#refreshAt] = numbers;
  }
}

/** The last one is of templates with 4 thousand million records and more. */
export const CLASSES = 64;
/** A stream of one template only would have gaps of no chance at all. */
const MOST_SHARE = 0.999;
const GROWTH = 0.1;

/** Least count of each class: 1, 2, 3, 4, 6, 8, 12, 16 … and the end. */
const CLASS_FROM = Float64Array.from({ length: CLASSES + 1 }, (_, k) =>
  k === CLASSES ? Infinity : k < 2 ? k + 1 : 2 ** Math.floor(k / 2) * (k % 2 === 0 ? 1.5 : 2),
);

function classOfCount(count: number, from: number): number {
  let k = from;
  while (count >= CLASS_FROM[k + 1]) k++;
  return k;
}
