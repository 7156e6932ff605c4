/**
 * The reason sets of one verdict batch: equal ones that follow each other share a number. Others hardly ever are equal,
 * since each names its counts; looking for them would cost more than it saves.
 */
export class ReasonSets {
  readonly sets: (readonly string[])[] = [];
  #last = '';

  /** 1 + index of the set with this one reason; 0, no reasons, when the column's 16 bits are used up. */
  add(reason: string): number {
    if (reason === this.#last) return this.sets.length;
    if (this.sets.length === MOST_SETS) return 0;
    this.#last = reason;
    return this.sets.push([reason]);
  }
}

const MOST_SETS = 65_535;
