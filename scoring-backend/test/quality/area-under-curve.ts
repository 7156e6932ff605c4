/** The area under the ROC curve: the chance that an odd unit scores above a normal one, ties counted half. */
export function areaUnderCurve(odd: readonly number[], normal: readonly number[]): number {
  const sorted = normal.toSorted((a, b) => a - b);
  const below = (value: number, inclusive: boolean): number => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value || (inclusive && sorted[middle] === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const wins = odd.reduce((sum, value) => sum + below(value, false) + below(value, true), 0);
  return wins / 2 / odd.length / normal.length;
}
