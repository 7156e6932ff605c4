/**
 * Why a record is odd, beyond its reasons: what each of them adds, the normal line or value most like it, and the verdict
 * without the named cause. Made for flagged records only.
 */
import { checkText, isWeak } from './check.ts';
import type { Check, Contribution, Explanation, NearestNormal } from './explanation.ts';
import type { NearestTemplate } from './nearest-template.ts';
import { quoted, type NamedTemplate } from './reasons.ts';

/** One of the things that can be odd about a record: its kind of line, a value in it, what its sender does. */
export interface RecordCause {
  /** In the words of a check: "the new kind of line". */
  readonly name: string;
  readonly contribution: Omit<Contribution, 'share'>;
  readonly magnitude: number;
  /** Over its budget. */
  readonly margin: number;
  /** M and margin that stay when it is taken away: of the nearest known line, of a usual value (nothing). */
  readonly left: { readonly magnitude: number; readonly margin: number };
}

export interface RecordFacts {
  readonly template: NamedTemplate;
  /** Chance that a record of the stream is of this template: of any new one, when it is new. */
  readonly chance: number;
  /** M of the record as it is. */
  readonly magnitude: number;
  /** In any order; those that say nothing left out. */
  readonly causes: readonly RecordCause[];
  readonly nearestTemplate?: NearestTemplate | undefined;
  /** What the values in the place of an odd one are like, in words. */
  readonly usualValues?: string | undefined;
}

export function recordExplanation(facts: RecordFacts): Explanation {
  const { template, chance, causes } = facts;
  const sum = causes.reduce((total, { magnitude }) => total + magnitude, 0);
  const contributions = causes.map(({ contribution, magnitude }) => ({ ...contribution, share: magnitude / sum }));
  contributions.sort((a, b) => b.share - a.share);
  const nearestNormal = nearestOf(facts);
  return {
    contributions,
    drivers: [{ templateId: template.id, template: template.text, expected: chance, actual: 1 }],
    ...(causes.length === 0 ? {} : { check: checkOf(facts) }),
    ...(nearestNormal === undefined ? {} : { nearestNormal }),
  };
}

/** Takes causes away, the one furthest over its budget first, until nothing is left that would be flagged. */
function checkOf({ causes, magnitude }: RecordFacts): Check {
  const order = [...causes].sort((a, b) => b.margin - a.margin || b.magnitude - a.magnitude);
  let result = { before: magnitude, after: magnitude, remains: true };
  const named: string[] = [];
  for (const [taken, { name }] of order.entries()) {
    named.push(name);
    const left = order.map((cause, i) => (i <= taken ? cause.left : cause));
    const after = Math.max(0, ...left.map((one) => one.magnitude));
    result = { before: magnitude, after, remains: left.some(({ margin }) => margin > 0) };
    if (!result.remains) break;
  }
  const without = named.join(' and ');
  const { before, after } = result;
  return { without, before, after, weak: isWeak(result), text: checkText(result, without) };
}

function nearestOf({ nearestTemplate, usualValues }: RecordFacts): NearestNormal | undefined {
  const texts: string[] = [];
  const differences: Contribution[] = [];
  if (nearestTemplate !== undefined) {
    const { template, differences: found } = nearestTemplate;
    const shown = found.slice(0, MOST_DIFFERENCES);
    const said = shown.map(({ known, new: fresh }) => differenceText(known, fresh));
    const more = found.length > shown.length ? ' and more' : '';
    texts.push(`the known line most like it is ${quoted(template.text)}: here ${said.join(', ')}${more}`);
    for (const text of said) differences.push({ feature: text, share: 1 / said.length, expected: 0, actual: 1 });
  }
  if (usualValues !== undefined) texts.push(usualValues);
  return texts.length === 0 ? undefined : { text: texts.join('; '), differences };
}

function differenceText(known: string, fresh: string): string {
  if (fresh === '') return `without ${quoted(known)}`;
  return known === '' ? `with ${quoted(fresh)} in addition` : `${quoted(fresh)} instead of ${quoted(known)}`;
}

const MOST_DIFFERENCES = 3;
