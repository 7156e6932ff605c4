/**
 * The slots of one template. A slot says nothing before it has had thirty values, and most templates of most streams never
 * get there. Until then the values of all its slots are kept as they came, one behind the other; the models are made of
 * them when there are enough, or when they come to need as much memory. Either way the models are the same.
 */
import { grown, release, uint8Column } from '../../columns/small-columns.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { readNumber } from '../../templates/parameter-number.ts';
import { isMostlyNumbers, SlotModel, VALUES_NEEDED } from './slot-model.ts';

export class TemplateSlots {
  /** The text that the slots were numbered by. */
  readonly text: string;
  readonly count: number;
  /** Until when the verdict on them has been spoken, in ms of event time. */
  spokenUntilMs = -1;
  /** None while the values are kept as they came. */
  models: readonly SlotModel[] = NO_MODELS;
  /** By slot how many values were numbers, with TEXTS where the slot needs a model of texts; then each value behind its length. */
  #young: Uint8Array;
  #used: number;
  #records = 0;

  constructor(text: string, count: number) {
    this.text = text;
    this.count = count;
    this.#young = uint8Column(count + FEW_BYTES * count);
    this.#used = count;
  }

  /** Slots with a model of texts, or that will have one: these are counted. */
  get texts(): number {
    if (this.models.length > 0) return this.models.filter((model) => model.hasStrings).length;
    let texts = 0;
    for (let s = 0; s < this.count; s++) texts += this.#young[s] >> TEXTS_BIT;
    return texts;
  }

  /**
   * Learns a record's values, that of slot s in `bytes[starts[s], ends[s])`.
   * @param odd the slot whose value was judged too odd to be learned, -1 for none
   * @param room for so many more slots with models of texts
   * @returns how many slots have begun one
   */
  learn(bytes: Uint8Array, starts: Int32Array, ends: Int32Array, odd: number, room: number): number {
    if (this.models.length === 0) {
      if (this.#canKeep(bytes, starts, ends, room)) {
        const begun = this.#keep(bytes, starts, ends);
        if (this.#records === VALUES_NEEDED) this.#makeModels();
        return begun;
      }
      this.#makeModels();
    }
    let begun = 0;
    for (let s = 0; s < this.count; s++) {
      const model = this.models[s];
      const before = model.hasStrings;
      model.learn(bytes, starts[s], ends[s], s === odd, begun < room);
      if (model.hasStrings && !before) begun++;
    }
    return begun;
  }

  /** The template is no more, or has other slots. */
  release(): void {
    release(this.#young);
    for (const model of this.models) model.release();
  }

  /** Is a record's values to be kept as they are, and may each slot have the model that it will need? */
  #canKeep(bytes: Uint8Array, starts: Int32Array, ends: Int32Array, room: number): boolean {
    let needed = this.#used;
    let begun = 0;
    for (let s = 0; s < this.count; s++) {
      const length = ends[s] - starts[s];
      if (length > LONGEST) return false;
      needed += 1 + length;
      if (this.#beginsTexts(s, readNumber(bytes, starts[s], ends[s]))) begun++;
    }
    return needed <= MOST_BYTES && begun <= room;
  }

  /** Would the slot's model ask for one of texts now? As SlotModel does. */
  #beginsTexts(s: number, isNumber: boolean): boolean {
    return !isNumber && this.#young[s] < TEXTS && !isMostlyNumbers(this.#young[s], this.#records + 1);
  }

  #keep(bytes: Uint8Array, starts: Int32Array, ends: Int32Array): number {
    let begun = 0;
    for (let s = 0; s < this.count; s++) {
      const isNumber = readNumber(bytes, starts[s], ends[s]);
      if (this.#beginsTexts(s, isNumber)) {
        this.#young[s] |= TEXTS;
        begun++;
      }
      if (isNumber) this.#young[s]++;
      const length = ends[s] - starts[s];
      const needed = this.#used + 1 + length;
      if (needed > this.#young.length) this.#young = grown(this.#young, needed + (needed >> 1));
      this.#young[this.#used++] = length;
      for (let i = starts[s]; i < ends[s]; i++) this.#young[this.#used++] = bytes[i];
    }
    this.#records++;
    return begun;
  }

  /** Makes the models of what was kept. There was room for all their models of texts when the values came. */
  #makeModels(): void {
    const young = this.#young;
    const models = Array.from({ length: this.count }, () => new SlotModel());
    for (let record = 0, at = this.count; record < this.#records; record++)
      for (const model of models) {
        const start = at + 1;
        at = start + young[at];
        model.learn(young, start, at, false, true);
      }
    this.models = models;
    this.#young = NOTHING;
    this.#used = this.#records = 0;
    release(young);
  }

  save(to: StateWriter): void {
    to.text(this.text);
    to.numbers(this.count, this.spokenUntilMs, this.models.length, this.#records);
    to.bytes(this.#young.subarray(0, this.#used));
    for (const model of this.models) model.save(to);
  }

  static load(from: StateReader): TemplateSlots {
    const text = from.text();
    const numbers = new Float64Array(4);
    from.column(numbers);
    const [count, spokenUntilMs, models, records] = numbers;
    const slots = new TemplateSlots(text, count);
    slots.spokenUntilMs = spokenUntilMs;
    slots.#records = records;
    const kept = from.bytes();
    if (models > 0) release(slots.#young);
    slots.#young = models > 0 ? NOTHING : grown(slots.#young, kept.length);
    slots.#young.set(kept);
    slots.#used = kept.length;
    slots.models = Array.from({ length: models }, () => {
      const model = new SlotModel();
      model.load(from);
      return model;
    });
    return slots;
  }
}

/** Flag of a slot that needs a model of texts; below it are counts up to VALUES_NEEDED. */
const TEXTS_BIT = 7;
const TEXTS = 1 << TEXTS_BIT;
/** Room per slot at first. */
const FEW_BYTES = 6;
/** A longer value is not kept: its length would not fit into a byte. */
const LONGEST = 255;
/** About what the models of a template's slots need. */
const MOST_BYTES = 1_024;
const NO_MODELS: readonly SlotModel[] = [];
const NOTHING = new Uint8Array(0);
