/**
 * The parameters of a stream's templates: one model per slot, a bounded number of them, and one p per record from its
 * oddest slot, recalibrated against the stream's own records. Only sampled records come here (record-watch.ts).
 *
 * The unit of its budget is the sampled record; B/16 of them may be flagged a week, beside the quarter of records that
 * are rare. A template's parameters are said once in 24 h.
 */
import { WeeklyUnits } from '../../calibration/budget.ts';
import { Recalibration } from '../../calibration/tail.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { align, aligned, type SlotPlan } from '../../templates/parameter-slots.ts';
import { sidak } from '../ensemble.ts';
import type { Oddity } from './slot-model.ts';
import { TemplateSlots } from './template-slots.ts';

export class ParameterValues {
  readonly #templates = new Map<number, TemplateSlots>();
  readonly #calibration = new Recalibration(false);
  readonly #weekly = new WeeklyUnits();
  readonly #accepted: number;
  #slots = 0;
  #strings = 0;
  #units = 0;
  #learnedSinceRebuild = 0;
  #budget = Infinity;
  /** Slots that are not watched because there are too many. */
  dropped = 0;
  /** Of the record judged last: its verdict, and its oddest slot with the value's place and what was expected there. */
  magnitude = 0;
  margin = 0;
  slot = -1;
  oddity: Oddity = 'unseen';
  start = 0;
  end = 0;
  expected = NaN;

  constructor(budgetPerWeek: number) {
    this.#accepted = budgetPerWeek * SHARE;
  }

  /** Judges, then learns the parameters of a record: the message `bytes[start, end)` of the plan's template. */
  take(template: number, plan: SlotPlan, bytes: Uint8Array, start: number, end: number, timeMs: number): void {
    this.magnitude = this.margin = 0;
    this.slot = -1;
    if (plan.slots === 0 || !align(plan, bytes, start, end)) return;
    const known = this.#slotsOf(template, plan);
    if (known === undefined) return;
    let x = 0;
    const { models } = known;
    for (let s = 0; s < models.length; s++) {
      models[s].judge(bytes, aligned.start[s], aligned.end[s]);
      if (models[s].magnitude > x) {
        x = models[s].magnitude;
        this.slot = s;
      }
    }
    x = sidak(x, known.count);
    this.magnitude = this.#calibration.magnitude(x);
    this.margin = this.magnitude - this.#budget;
    const isOdd = this.margin > 0;
    if (this.slot >= 0) {
      this.start = aligned.start[this.slot];
      this.end = aligned.end[this.slot];
      this.oddity = models[this.slot].oddity;
      this.expected = models[this.slot].expected;
    }
    if (isOdd && timeMs < known.spokenUntilMs) this.margin = 0;
    this.#units++;
    if (isOdd) known.spokenUntilMs = timeMs + SPOKEN_FOR_MS;
    else this.#calibration.learn(x);
    const room = MOST_STRINGS - this.#strings;
    this.#strings += known.learn(bytes, aligned.start, aligned.end, isOdd ? this.slot : -1, room);
    if (++this.#learnedSinceRebuild * REBUILDS >= this.#calibration.units) {
      this.#calibration.rebuild();
      this.#learnedSinceRebuild = 0;
    }
  }

  /** What the values in the place of the oddest one are like, for people; undefined when too little is known. */
  usual(template: number): string | undefined {
    const usual = this.#templates.get(template)?.models[this.slot]?.usual() ?? '';
    return usual === '' ? undefined : `the values in its place: ${usual}`;
  }

  bucketClosed(startMs: number, endMs: number): void {
    this.#budget = Math.log10(Math.max(1, this.#weekly.add(this.#units, startMs, endMs)) / this.#accepted);
    this.#units = 0;
  }

  clear(template: number): void {
    const known = this.#templates.get(template);
    if (known === undefined) return;
    this.#slots -= known.count;
    this.#strings -= known.texts;
    known.release();
    this.#templates.delete(template);
  }

  #slotsOf(template: number, plan: SlotPlan): TemplateSlots | undefined {
    const known = this.#templates.get(template);
    if (known?.text === plan.text) return known;
    // Its slots are others now: a merge has made a constant vary.
    this.clear(template);
    const room = Math.min(plan.slots, MOST_SLOTS - this.#slots);
    this.dropped += plan.slots - room;
    if (room <= 0) return undefined;
    const added = new TemplateSlots(plan.text, room);
    this.#slots += room;
    this.#templates.set(template, added);
    return added;
  }

  save(to: StateWriter): void {
    this.#calibration.save(to);
    this.#weekly.save(to);
    to.numbers(this.#units, this.#learnedSinceRebuild, this.#budget, this.dropped);
    to.number(this.#templates.size);
    for (const [template, slots] of this.#templates) {
      to.number(template);
      slots.save(to);
    }
  }

  load(from: StateReader): void {
    this.#calibration.load(from);
    this.#weekly.load(from);
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.#units, this.#learnedSinceRebuild, this.#budget, this.dropped] = numbers;
    for (let left = from.number(); left > 0; left--) {
      const template = from.number();
      const slots = TemplateSlots.load(from);
      this.#slots += slots.count;
      this.#strings += slots.texts;
      this.#templates.set(template, slots);
    }
  }
}

const SHARE = 1 / 16;
/** Slots watched per stream, and those of them with a model of texts: at most 0.7 MB. */
const MOST_SLOTS = 256;
const MOST_STRINGS = 64;
const SPOKEN_FOR_MS = 86_400_000;
/** The curve is made anew when so many times fewer records were learned since than in all. */
const REBUILDS = 20;
