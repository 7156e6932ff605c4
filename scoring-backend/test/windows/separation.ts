/** How well a number tells odd from normal. */

/** Area under the ROC curve: the chance that an odd one is above a normal one, ties half (Mann and Whitney 1947). */
export function auc(normal: readonly number[], odd: readonly number[]): number {
  let above = 0;
  for (const o of odd) for (const n of normal) above += o > n ? 1 : o === n ? 0.5 : 0;
  return above / (normal.length * odd.length);
}
