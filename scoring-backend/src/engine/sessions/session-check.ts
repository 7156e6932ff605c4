/**
 * The test of what was said about an odd session: its events repaired as the reasons say (the odd step made the expected
 * one, what is missing put in, what is too much taken out), and judged again. For flagged sessions only.
 */
import type { SessionEvidence } from '../../detectors/sequence/session-evidence.ts';
import type { SessionFeatures } from '../../detectors/sequence/session-features.ts';
import type { SessionModel } from '../../detectors/sequence/session-model.ts';

export interface SessionCheck {
  /** The evidence that was repaired, in turn. */
  readonly causes: readonly SessionEvidence[];
  readonly before: number;
  readonly after: number;
  /** It would still be an anomaly. */
  readonly remains: boolean;
}

/** What judges a repaired session: the sum of its figures, which falls with every step put right, M, and what is odd still. */
export type RejudgeSession = (session: SessionFeatures) => {
  readonly oddness: number;
  readonly magnitude: number;
  readonly evidence: readonly SessionEvidence[];
};

/**
 * Repairs the most important finding, judges again, and goes on with what is found then, until the session would be no
 * anomaly any more.
 * @param before M of the session as it is, with `evidence` (most important first)
 * @param budget M that an anomaly exceeds
 */
export function checkSession(
  session: SessionFeatures,
  evidence: readonly SessionEvidence[],
  before: number,
  budget: number,
  model: Pick<SessionModel, 'likeliestPlace'>,
  rejudge: RejudgeSession,
): SessionCheck {
  const causes: SessionEvidence[] = [];
  let repaired = session;
  let after = before;
  let { oddness } = rejudge(session);
  let [next] = evidence;
  for (let repairs = 0; repairs < MOST_REPAIRS && next !== undefined; repairs++) {
    const tried = candidates(repaired, next, model).map((candidate) => ({ candidate, ...rejudge(candidate) }));
    if (tried.length === 0) break;
    const best = tried.reduce((least, one) => (one.oddness < least.oddness ? one : least));
    if (!causes.some((cause) => isSame(cause, next))) causes.push(next);
    // A repair that helps nothing is no explanation. M alone would not tell: what is far out stays so.
    if (best.oddness >= oddness) break;
    ({ oddness } = best);
    repaired = best.candidate;
    after = best.magnitude;
    if (after <= budget) break;
    [next] = best.evidence;
  }
  return { causes, before, after, remains: after > budget };
}

/** The ways in which a finding can be put right. */
function candidates(
  session: SessionFeatures,
  { kind, at, event, insteadEvent, expected, actual }: SessionEvidence,
  model: Pick<SessionModel, 'likeliestPlace'>,
): SessionFeatures[] {
  const events = session.templates.subarray(0, session.length);
  switch (kind) {
    case 'session_end':
      return insteadEvent < 0 ? [] : [withEvents(session, [...events, insteadEvent])];
    case 'sequence': {
      const without = [...events.subarray(0, at), ...events.subarray(at + 1)];
      if (insteadEvent < 0) return [withEvents(session, [...events.subarray(0, at)]), withEvents(session, without)];
      const before = [...events.subarray(0, at), insteadEvent];
      return [
        withEvents(session, [...before, ...events.subarray(at)]),
        withEvents(session, [...before, ...events.subarray(at + 1)]),
        withEvents(session, without),
        withEvents(session, moved(without, model.likeliestPlace(without, event), event)),
        withEvents(session, movedFrom(events, events.indexOf(insteadEvent, at), at)),
      ];
    }
    case 'session_counts':
      return event < 0 ? [] : [withEvents(session, counted(session, event, Math.round(expected), actual, model))];
    case 'rare_template':
      return event < 0 ? [] : [withEvents(session, [...events.filter((other) => other !== event)])];
    case 'duration':
      return [{ ...session, endMs: session.startMs + expected * 1000 }];
    case 'error_rate':
      return [{ ...session, errors: Math.round(expected * session.records) }];
  }
}

function moved(events: readonly number[], place: number, event: number): number[] {
  return [...events.slice(0, place), event, ...events.slice(place)];
}

/** The event at `from`, if it is there, put before the one at `to`. */
function movedFrom(events: Int32Array, from: number, to: number): number[] {
  const left = [...events];
  if (from >= 0) left.splice(to, 0, ...left.splice(from, 1));
  return left;
}

/** As many of an event as expected: the last ones go, missing ones come where they are likeliest. */
function counted(
  session: SessionFeatures,
  event: number,
  expected: number,
  actual: number,
  model: Pick<SessionModel, 'likeliestPlace'>,
): number[] {
  const events = [...session.templates.subarray(0, session.length)];
  for (let surplus = actual - expected; surplus > 0; surplus--) events.splice(events.lastIndexOf(event), 1);
  for (let missing = Math.min(expected - actual, MOST_REPAIRS); missing > 0; missing--)
    events.splice(model.likeliestPlace(events, event), 0, event);
  return events;
}

function withEvents(session: SessionFeatures, events: readonly number[]): SessionFeatures {
  const { length } = events;
  return { ...session, templates: Int32Array.from(events), length, records: session.records + length - session.length };
}

function isSame(a: SessionEvidence, b: SessionEvidence): boolean {
  return a.kind === b.kind && a.event === b.event && a.after === b.after;
}

/** Steps put right in one session: more are no single cause. */
const MOST_REPAIRS = 12;
