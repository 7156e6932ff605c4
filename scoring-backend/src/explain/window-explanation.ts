/** Puts together why a window is odd: what adds how much, the templates behind it, the test without them, the nearest normal. */
import type { Evidence, WindowFeatures } from '../detectors/detector.ts';
import { checkText, isWeak, type CheckResult } from './check.ts';
import type { Check, Contribution, Driver, Explanation, NearestNormal } from './explanation.ts';
import type { NamedTemplate } from './reasons.ts';

export interface WhatIsKnown {
  /** Most important first. */
  readonly evidence: readonly Evidence[];
  readonly check?: CheckResult;
  readonly nearestNormal?: NearestNormal | undefined;
}

export function windowExplanation(
  window: WindowFeatures,
  known: WhatIsKnown,
  name: (template: number) => NamedTemplate,
): Explanation {
  const { evidence, check, nearestNormal } = known;
  return {
    contributions: contributionsOf(evidence, nearestNormal),
    drivers: driversOf(window, evidence, name),
    ...(check === undefined ? {} : { check: checkOf(check, name) }),
    ...(nearestNormal === undefined ? {} : { nearestNormal }),
  };
}

/** Of the model that looked at the whole window; else residuals: the distances to the nearest normal window. */
function contributionsOf(evidence: readonly Evidence[], nearestNormal: NearestNormal | undefined): Contribution[] {
  const told = evidence.find(({ kind }) => kind === 'unusual_window')?.contributions;
  return [...(told ?? nearestNormal?.differences ?? [])];
}

/** Templates that evidence names; where errors are the evidence, those that most of them are of. */
function driversOf(
  window: WindowFeatures,
  evidence: readonly Evidence[],
  name: (template: number) => NamedTemplate,
): Driver[] {
  const drivers = new Map<number, Driver>();
  const add = (template: number, expected: number, actual: number): void => {
    if (drivers.has(template) || drivers.size === MOST_DRIVERS) return;
    const { id, text } = name(template);
    drivers.set(template, { templateId: id, template: text, expected, actual });
  };
  for (const { kind, template, magnitude, expected } of evidence) {
    if (magnitude < WORTH_TELLING) continue;
    if (kind === 'error_rate')
      for (const t of mostErrors(window)) add(t, expected * window.records, window.errorsOf(t));
    else if (template >= 0 && kind === 'template_rate') add(template, expected, window.counts[template]);
    else if (template >= 0) add(template, 0, window.counts[template]);
  }
  return [...drivers.values()];
}

function mostErrors(window: WindowFeatures): number[] {
  const templates = [...window.touched.subarray(0, window.touchedCount)].filter((t) => window.errorsOf(t) > 0);
  return templates.sort((a, b) => window.errorsOf(b) - window.errorsOf(a)).slice(0, MOST_OF_ERRORS);
}

function checkOf(result: CheckResult, name: (template: number) => NamedTemplate): Check {
  const without = result.causes.map((cause) => causeText(cause, name)).join(' and ');
  const { before, after } = result;
  return { without, before, after, weak: isWeak(result), text: checkText(result, without) };
}

function causeText({ kind, template, contributions }: Evidence, name: (template: number) => NamedTemplate): string {
  const text = template < 0 ? '' : name(template).text.replaceAll(/\s+/g, ' ');
  const quoted = `“${text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text}”`;
  switch (kind) {
    case 'template_rate':
      return `the unusual number of ${quoted}`;
    case 'rate':
      return 'the unusual number of records';
    case 'error_rate':
      return 'the errors beyond the usual share';
    case 'new_template':
      return 'the new kinds of message';
    case 'odd_sessions':
      return 'the odd sessions';
    case 'value_shift':
      return template < 0 ? 'the shift of numbers' : `the shift of numbers in ${quoted}`;
    case 'silence':
      return `the silence of ${quoted}`;
    case 'feature':
    case 'unusual_window':
      return `the unusual ${contributions?.[0]?.feature.replaceAll('_', ' ') ?? 'figures'}`;
    default:
      return `the finding of ${kind.replaceAll('_', ' ')}`;
  }
}

const MOST_DRIVERS = 5;
const MOST_OF_ERRORS = 3;
const WORTH_TELLING = 1.3;
const MAX_TEXT = 80;
