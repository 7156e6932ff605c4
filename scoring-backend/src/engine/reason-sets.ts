/** The reason sets of one verdict batch: equal ones share a number. */
export class ReasonSets {
  readonly sets: (readonly string[])[] = [];
  readonly #numbers = new Map<string, number>();

  /** 1 + index of the set with this one reason; 0, no reasons, when the column's 16 bits are used up. */
  add(reason: string): number {
    const known = this.#numbers.get(reason);
    if (known !== undefined) return known;
    if (this.sets.length === MOST_SETS) return 0;
    const number = this.sets.push([reason]);
    this.#numbers.set(reason, number);
    return number;
  }
}

const MOST_SETS = 65_535;
