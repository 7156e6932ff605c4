/** Puts together why a session is odd: what adds how much, the events behind it, the nearest normal kind, the check. */
import type { KnownSession } from '../detectors/sequence/count-vectors.ts';
import type { SessionEvidence } from '../detectors/sequence/session-evidence.ts';
import type { SessionFeatures } from '../detectors/sequence/session-features.ts';
import type { SessionCheck } from '../engine/sessions/session-check.ts';
import { templateOfEvent } from '../windows/session-event.ts';
import { checkText, isWeak } from './check.ts';
import type { Check, Contribution, Driver, Explanation, NearestNormal } from './explanation.ts';
import { amount, type NamedTemplate, quoted } from './reasons.ts';

export interface SessionFacts {
  /** Most important first. */
  readonly evidence: readonly SessionEvidence[];
  readonly check: SessionCheck;
  /** The known make-up most like the session's; counts by template. */
  readonly nearest?: KnownSession | undefined;
}

type Named = (template: number) => NamedTemplate;

export function sessionExplanation(session: SessionFeatures, facts: SessionFacts, named: Named): Explanation {
  const { evidence, check, nearest } = facts;
  const nearestNormal = nearest === undefined ? undefined : nearestOf(session, nearest, named);
  return {
    contributions: contributionsOf(evidence),
    drivers: driversOf(session, evidence, nearest, named),
    ...(check.causes.length === 0 ? {} : { check: checkOf(check, named) }),
    ...(nearestNormal === undefined ? {} : { nearestNormal }),
  };
}

function contributionsOf(evidence: readonly SessionEvidence[]): Contribution[] {
  const sum = evidence.reduce((total, { magnitude }) => total + magnitude, 0);
  return evidence.map(({ kind, magnitude, expected, actual }) => ({
    ...{ feature: FEATURES[kind], share: magnitude / sum, expected, actual },
  }));
}

/** The events that evidence names: of an odd step, what came and what was expected in its place. */
function driversOf(
  session: SessionFeatures,
  evidence: readonly SessionEvidence[],
  nearest: KnownSession | undefined,
  named: Named,
): Driver[] {
  const counts = countsOf(session);
  const blamed = new Set(evidence.flatMap(({ template, instead }) => [template, instead]));
  return [...blamed]
    .filter((template) => template >= 0)
    .slice(0, MOST_DRIVERS)
    .map((template) => {
      const { id, text } = named(template);
      const expected = nearest?.counts.get(template) ?? 0;
      return { templateId: id, template: text, expected, actual: counts.get(template) ?? 0 };
    });
}

function nearestOf(session: SessionFeatures, nearest: KnownSession, named: Named): NearestNormal {
  const counts = countsOf(session);
  const changed = [...new Set([...counts.keys(), ...nearest.counts.keys()])]
    .map((template) => ({ template, expected: nearest.counts.get(template) ?? 0, actual: counts.get(template) ?? 0 }))
    .filter(({ template, expected, actual }) => template >= 0 && expected !== actual)
    .sort((a, b) => Math.abs(b.actual - b.expected) - Math.abs(a.actual - a.expected));
  const sum = changed.reduce((total, { expected, actual }) => total + Math.abs(actual - expected), 0);
  const shown = changed.slice(0, MOST_DIFFERENCES);
  const often = `the normal kind of session most like it (${amount(nearest.sessions)} so far)`;
  const said = shown.map(
    ({ template, expected, actual }) =>
      `${quoted(named(template).text)} ${expected === 0 ? 'not at all' : times(expected)} where this one has it ${actual === 0 ? 'not at all' : times(actual)}`,
  );
  const text =
    said.length === 0 ? `${often} has the same events as often, in another order` : `${often} has ${said.join(', ')}`;
  const differences = shown.map(({ template, expected, actual }) => ({
    ...{ feature: named(template).text, share: Math.abs(actual - expected) / sum, expected, actual },
  }));
  return { text, differences };
}

function checkOf(result: SessionCheck, named: Named): Check {
  const without = [...new Set(result.causes.map((cause) => causeText(cause, named)))]
    .slice(0, MOST_CAUSES)
    .join(' and ');
  const { before, after } = result;
  return { without, before, after, weak: isWeak(result), text: checkText(result, without) };
}

function causeText({ kind, template, after, instead }: SessionEvidence, named: Named): string {
  const name = (index: number): string => quoted(named(index).text);
  switch (kind) {
    case 'session_end':
      return `its early end${instead < 0 ? '' : ` (${name(instead)} put in)`}`;
    case 'sequence':
      return `the odd step${template < 0 ? '' : ` ${name(template)}`}${after < 0 ? ' at its beginning' : ` after ${name(after)}`}`;
    case 'session_counts':
      return `the unusual number of ${template < 0 ? 'one event' : name(template)}`;
    case 'rare_template':
      return template < 0 ? 'the rare event' : `the rare ${name(template)}`;
    case 'duration':
      return 'the unusual duration';
    case 'error_rate':
      return 'the errors beyond the usual share';
  }
}

/** Records by template. */
function countsOf({ templates, length }: SessionFeatures): Map<number, number> {
  const counts = new Map<number, number>();
  for (const event of templates.subarray(0, length)) {
    const template = templateOfEvent(event);
    counts.set(template, (counts.get(template) ?? 0) + 1);
  }
  return counts;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${amount(count)} times`;
}

const FEATURES: Readonly<Record<SessionEvidence['kind'], string>> = {
  sequence: 'order_of_events',
  session_end: 'end_of_session',
  session_counts: 'number_of_events',
  rare_template: 'rare_event',
  duration: 'duration_seconds',
  error_rate: 'error_rate',
};
const MOST_DRIVERS = 5;
const MOST_DIFFERENCES = 3;
const MOST_CAUSES = 3;
