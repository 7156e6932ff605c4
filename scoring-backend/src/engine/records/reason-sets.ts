/**
 * The reason sets of one verdict batch: equal ones that follow each other share a number. Others hardly ever are equal,
 * since each names its counts; looking for them would cost more than it saves.
 */
export class ReasonSets {
  readonly sets: (readonly string[])[] = [];
  #last: readonly string[] = [];

  /** 1 + index of the set of these reasons; 0, no reasons, when the column's 16 bits are used up. */
  add(...reasons: readonly string[]): number {
    if (reasons.length === this.#last.length && reasons.every((reason, i) => reason === this.#last[i]))
      return this.sets.length;
    if (this.sets.length === MOST_SETS) return 0;
    this.#last = reasons;
    return this.sets.push(reasons);
  }
}

const MOST_SETS = 65_535;
