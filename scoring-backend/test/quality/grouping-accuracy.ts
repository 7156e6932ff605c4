/**
 * How well templates group lines, against labels. Grouping accuracy (GA) and F1 of grouping accuracy (FGA) as in
 * loghub-2.0 (https://arxiv.org/abs/2308.10828): a group counts only when it is exactly the lines of one label.
 */
export interface Accuracy {
  /** Share of lines in a group that is exactly one label's. */
  readonly ga: number;
  /** F1 over groups instead of lines. */
  readonly fga: number;
  /** F1 over pairs of lines that share a group and pairs that share a label. */
  readonly pairs: number;
  readonly groups: number;
  readonly labels: number;
}

export function accuracy(groups: readonly number[], labels: readonly string[]): Accuracy {
  const labelSizes = new Map<string, number>();
  const groupSizes = new Map<number, number>();
  const both = new Map<number, Map<string, number>>();
  for (const [i, group] of groups.entries()) {
    const label = labels[i];
    labelSizes.set(label, (labelSizes.get(label) ?? 0) + 1);
    groupSizes.set(group, (groupSizes.get(group) ?? 0) + 1);
    const counts = both.get(group) ?? new Map<string, number>();
    both.set(group, counts.set(label, (counts.get(label) ?? 0) + 1));
  }
  let lines = 0;
  let exact = 0;
  let shared = 0;
  for (const counts of both.values()) {
    for (const [label, count] of counts) {
      shared += pairsOf(count);
      if (counts.size > 1 || count !== labelSizes.get(label)) continue;
      lines += count;
      exact++;
    }
  }
  return {
    ga: lines / labels.length,
    fga: (2 * exact) / (groupSizes.size + labelSizes.size),
    pairs: (2 * shared) / Math.max(1, sumOfPairs(groupSizes) + sumOfPairs(labelSizes)),
    groups: groupSizes.size,
    labels: labelSizes.size,
  };
}

function pairsOf(lines: number): number {
  return (lines * (lines - 1)) / 2;
}

function sumOfPairs(sizes: ReadonlyMap<unknown, number>): number {
  return [...sizes.values()].reduce((sum, size) => sum + pairsOf(size), 0);
}
