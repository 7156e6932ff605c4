/** The units of an evaluation in columns: what was said of each, and what is true. */

export const NORMAL = 0;
export const ABNORMAL = 1;
export const UNLABELLED = -1;
export type Label = typeof NORMAL | typeof ABNORMAL | typeof UNLABELLED;

/** One judged unit. */
export interface JudgedUnit {
  readonly label: Label;
  /** M; orders units by oddness. */
  readonly magnitude: number;
  readonly flagged: boolean;
  /** Index of the unit in which the newest of its kinds of events came first, −1 in training: the baseline "new template" goes by it. */
  readonly newestKind: number;
  /** Events in it: the baseline "event count" goes by it. */
  readonly events: number;
}

export class UnitScores {
  #size = 0;
  #label = new Int8Array(INITIAL);
  #magnitude = new Float64Array(INITIAL);
  #flagged = new Uint8Array(INITIAL);
  #newestKind = new Float64Array(INITIAL);
  #events = new Float64Array(INITIAL);
  /** Names, where units are not just numbered. */
  readonly #names: string[] = [];
  readonly #numbers: number[] = [];

  get size(): number {
    return this.#size;
  }

  get labels(): Int8Array {
    return this.#label.subarray(0, this.#size);
  }

  get magnitudes(): Float64Array {
    return this.#magnitude.subarray(0, this.#size);
  }

  get flagged(): Uint8Array {
    return this.#flagged.subarray(0, this.#size);
  }

  get newestKind(): Float64Array {
    return this.#newestKind.subarray(0, this.#size);
  }

  get events(): Float64Array {
    return this.#events.subarray(0, this.#size);
  }

  /** @param name a string, or a number where units are numbered */
  add(name: string | number, unit: JudgedUnit): void {
    this.addColumns(name, unit.label, unit.magnitude, unit.flagged, unit.newestKind, unit.events);
  }

  /** As `add`, without an object per unit. */
  addColumns(
    name: string | number,
    label: Label,
    magnitude: number,
    flagged: boolean,
    newestKind: number,
    events: number,
  ): void {
    const i = this.#size++;
    if (i === this.#label.length) this.#grow();
    if (typeof name === 'string') this.#names[i] = name;
    else this.#numbers[i] = name;
    this.#label[i] = label;
    this.#magnitude[i] = magnitude;
    this.#flagged[i] = flagged ? 1 : 0;
    this.#newestKind[i] = newestKind;
    this.#events[i] = events;
  }

  /** What unit i is called: an id, a file, or a number from 1. */
  name(i: number): string {
    return this.#names[i] ?? String(this.#numbers[i]);
  }

  #grow(): void {
    const length = this.#size * 2;
    const longer = <T extends Int8Array | Float64Array | Uint8Array>(array: T): T => {
      const grown = new (array.constructor as new (length: number) => T)(length);
      grown.set(array);
      return grown;
    };
    this.#label = longer(this.#label);
    this.#magnitude = longer(this.#magnitude);
    this.#flagged = longer(this.#flagged);
    this.#newestKind = longer(this.#newestKind);
    this.#events = longer(this.#events);
  }
}

const INITIAL = 1024;
