/**
 * What a window is to the detectors, and what they say about it.
 *
 * A detector learns a stream's normal from windows of one size and gives, for a window, p as a magnitude and the
 * evidence for it. Detectors judge first and learn after; the engine decides whether a window is learned.
 */
import type { Reason } from '../engine/outputs.ts';
import type { Contribution } from '../explain/explanation.ts';
import { SessionTally } from '../windows/session-tally.ts';
import { ScoreSums } from '../windows/score-sums.ts';

/** What the records of a window say besides which templates they are of. */
export interface WindowTraits {
  /** Bytes of the records' lines. */
  readonly bytes: number;
  /** Mean surprise, in bits, of a record's template after the one before it (`windows/transitions.ts`). */
  readonly sequenceSurprise: number;
  /** About how many different accounts; NaN when no record named one. */
  readonly uniqueUsers: number;
  /** Entropy of the records over addresses, in bits; NaN when no record had one. */
  readonly addressEntropy: number;
  /** NaN when no record had a duration. */
  readonly responseTimeAvgMs: number;
  readonly responseTimeP95Ms: number;
  /** The window's messages as a vector (`windows/log-vector.ts`). */
  readonly logVector: Float32Array;
  /** How far the window's values lie from what is usual, by series. */
  readonly scores: ScoreSums;
  /** The sessions that ended in the window. */
  readonly sessions: SessionTally;
  /** Records of a template that were errors. */
  errorsOf(template: number): number;
}

/** A window of which nothing but the counts is known. */
export const NO_TRAITS: WindowTraits = {
  bytes: 0,
  sequenceSurprise: 0,
  uniqueUsers: NaN,
  addressEntropy: NaN,
  responseTimeAvgMs: NaN,
  responseTimeP95Ms: NaN,
  logVector: new Float32Array(32),
  scores: new ScoreSums(),
  sessions: new SessionTally(),
  errorsOf: () => 0,
};

/** A closed window, reused from one to the next. */
export interface WindowFeatures extends WindowTraits {
  readonly startMs: number;
  readonly endMs: number;
  readonly records: number;
  readonly errors: number;
  /** Templates first seen in this window, and the records they had in it. */
  readonly newTemplates: number;
  readonly newRecords: number;
  /** Nothing may be concluded from what is missing. */
  readonly incomplete: boolean;
  /** A release falls into it: new things are no surprise. */
  readonly releasing?: boolean;
  /** Records of that release before this window. */
  readonly releaseRecords?: number;
  /** Share of it in which the service ran for sure; below 1 (the default) where it was started in or just after the window. */
  readonly upShare?: number;
  /** Templates seen in this window, and by template index how often; only the listed ones are above 0. */
  readonly touched: Int32Array;
  readonly touchedCount: number;
  readonly counts: Int32Array;
  /** Was the template first seen in this window? */
  isNew(template: number): boolean;
  /** Was it first seen in this window or in the one before? */
  isYoung(template: number): boolean;
  /** Templates that the stream has. */
  readonly templates: number;
}

export interface Evidence {
  readonly kind: Reason['kind'];
  readonly magnitude: number;
  readonly expected: number;
  readonly actual: number;
  readonly unit: Reason['unit'];
  /** Template index, -1 when it is about the stream. */
  readonly template: number;
  /** Which features make the window unusual, most important first. */
  readonly contributions?: readonly Contribution[];
  /** Of values: the word before them, and their unit. */
  readonly value?: { readonly name: string; readonly unit?: string };
}

/** A detector's answer; it is not counted among the detectors when it is not `applicable` to the window. */
export interface Finding {
  readonly applicable: boolean;
  /** Knows enough of the stream to have an opinion; otherwise its magnitude is 0. */
  readonly ready: boolean;
  /** Its p is a rate that the stream has shown of just this: it is put together with what the others come to, recalibrated. */
  readonly measured?: boolean;
  /** −log10 of one p for the whole finding. */
  readonly magnitude: number;
  /** Most important first. */
  readonly evidence: readonly Evidence[];
}

export const NOT_APPLICABLE: Finding = { applicable: false, ready: false, magnitude: 0, evidence: [] };
export const NOT_READY: Finding = { applicable: true, ready: false, magnitude: 0, evidence: [] };
export const NOTHING_FOUND: Finding = { applicable: true, ready: true, magnitude: 0, evidence: [] };
