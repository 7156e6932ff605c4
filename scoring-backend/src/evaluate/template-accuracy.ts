/**
 * How well templates group lines, against labels, and whether they read as the labels' templates do. Grouping accuracy
 * (GA), F1 of grouping accuracy (FGA), parsing accuracy (PA) and F1 of template accuracy (FTA) as in loghub-2.0
 * (https://arxiv.org/abs/2308.10828): a group counts only when it is exactly the lines of one label.
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

export interface TextAccuracy {
  /** Share of lines whose template reads as the true one. */
  readonly pa: number;
  /** F1 over templates: one is right when its lines are exactly one label's and it reads as the true one. */
  readonly fta: number;
}

/** How often labels and groups come, and come together. */
interface Crossed {
  readonly labelSizes: ReadonlyMap<string, number>;
  readonly groupSizes: ReadonlyMap<number, number>;
  readonly both: ReadonlyMap<number, ReadonlyMap<string, number>>;
}

export function accuracy(groups: readonly number[], labels: readonly string[]): Accuracy {
  const crossed = crossing(groups, labels);
  const { labelSizes, groupSizes, both } = crossed;
  const exact = exactGroups(crossed);
  const shared = [...both.values()].reduce((sum, counts) => sum + sumOfPairs(counts), 0);
  return {
    ga: [...exact].reduce((lines, group) => lines + (groupSizes.get(group) ?? 0), 0) / labels.length,
    fga: (2 * exact.size) / (groupSizes.size + labelSizes.size),
    pairs: (2 * shared) / Math.max(1, sumOfPairs(groupSizes) + sumOfPairs(labelSizes)),
    groups: groupSizes.size,
    labels: labelSizes.size,
  };
}

/**
 * @param textOf a group's template
 * @param templates the true template of each line
 */
export function textAccuracy(
  groups: readonly number[],
  textOf: (group: number) => string,
  labels: readonly string[],
  templates: readonly string[],
): TextAccuracy {
  const crossed = crossing(groups, labels);
  const texts = new Map([...crossed.groupSizes.keys()].map((group) => [group, normalised(textOf(group))]));
  const right = groups.map((group, i) => texts.get(group) === normalised(templates[i]));
  const wrong = new Set(groups.filter((_, i) => !right[i]));
  const exact = [...exactGroups(crossed)].filter((group) => !wrong.has(group));
  return {
    pa: right.filter(Boolean).length / labels.length,
    fta: (2 * exact.length) / (crossed.groupSizes.size + crossed.labelSizes.size),
  };
}

function crossing(groups: readonly number[], labels: readonly string[]): Crossed {
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
  return { labelSizes, groupSizes, both };
}

/** Groups that are exactly the lines of one label. */
function exactGroups({ labelSizes, groupSizes, both }: Crossed): Set<number> {
  const exact = new Set<number>();
  for (const [group, counts] of both) {
    const [label] = counts.keys();
    if (counts.size === 1 && groupSizes.get(group) === labelSizes.get(label)) exact.add(group);
  }
  return exact;
}

/** Variables behind each other, with a separator at most, are one: how many there are is a matter of taste. */
function normalised(template: string): string {
  return template
    .replace(/<\*>(?:[.:/@#,=-]?<\*>)+/g, '<*>')
    .replace(/\s+/g, ' ')
    .trim();
}

function pairsOf(lines: number): number {
  return (lines * (lines - 1)) / 2;
}

function sumOfPairs(sizes: ReadonlyMap<unknown, number>): number {
  return [...sizes.values()].reduce((sum, size) => sum + pairsOf(size), 0);
}
