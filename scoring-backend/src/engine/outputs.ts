/**
 * What the engine says beyond the verdicts on records: closed windows, anomalies with their evidence, changes of the
 * template catalogue, and where its knowledge has gaps. Plain data, so that it can cross a thread or be stored as it is.
 */

import type { DriftFigure } from '../detectors/drift/drift-watch.ts';
import type { Explanation } from '../explain/explanation.ts';
import type { CorrelationDetail } from './correlation-detail.ts';
import type { StreamIdentity } from './stream-identity.ts';

/** Window sizes in ms. */
export const WINDOW_SIZES = [30_000, 60_000, 300_000] as const;

/** One reason for a verdict, most important first in its list. */
export interface Reason {
  readonly kind:
    | 'new_template'
    | 'rare_template'
    | 'template_rate'
    | 'rate'
    | 'error_rate'
    | 'silence'
    | 'feature'
    | 'unusual_window'
    | 'parameter_value'
    | 'value_shift'
    | 'odd_sessions'
    | 'brute_force'
    | 'credential_stuffing'
    | 'sql_injection'
    | 'xss'
    | 'path_traversal'
    | 'command_injection'
    | 'request_burst'
    | 'sequence'
    | 'session_end'
    | 'session_counts'
    | 'duration'
    | 'learning';
  /** A sentence for people: "`payment <*> timed out` came 212 times, expected at most 3". */
  readonly text: string;
  /** What a normal unit of this stream would show, and what this one showed, in `unit`. */
  readonly expected: number;
  readonly actual: number;
  /** 'figure': in the unit of the feature that the text names. */
  readonly unit: 'records' | 'share' | 'seconds' | 'figure';
  /** Magnitude of this reason alone: −log10 of its p. */
  readonly magnitude: number;
  readonly templateId?: string;
  readonly template?: string;
}

/** A line behind a reason. */
export interface ExampleLine {
  readonly timeMs: number;
  readonly text: string;
  /** SeverityNumber, 0 unknown. */
  readonly severity: number;
  /** 32 hex digits, '' for none. */
  readonly traceId: string;
  readonly templateId: string;
  /** 1-based line of the file it was read from, 0 when it came another way. */
  readonly line: number;
}

/** What every unit's verdict consists of (docs/design.md, "What a score means"). */
export interface Verdict {
  /** M = −log10 p. */
  readonly magnitude: number;
  /** 1 − 2^(−M/2), in [0, 1]. */
  readonly score: number;
  /** In [0, 1]. */
  readonly confidence: number;
  /** M − M_budget; an anomaly when positive. */
  readonly margin: number;
}

/** What was measured in a window beside its counts; null where its records say nothing of it, or no detector that is on asks. */
export interface WindowFigures {
  readonly uniqueUsers: number | null;
  /** Of the addresses, in bits. */
  readonly ipEntropy: number | null;
  /** In ms. */
  readonly responseTimeAvg: number | null;
  readonly responseTimeP95: number | null;
  /** Different templates. */
  readonly templateCount: number | null;
  /** How unexpected its templates follow each other, in bits per record. */
  readonly sequenceSurprise: number | null;
  readonly bytes: number | null;
}

/** How often a template came in a window. */
export interface WindowTemplate {
  readonly id: string;
  readonly count: number;
  /** How often it comes in such a window as a rule; null while that is not known. */
  readonly expected: number | null;
}

/** What a window held. It is told of every window of 5 min, and of those of other sizes that have reasons. */
export interface WindowContents {
  /** Templates that came, and steady ones that did not: the unknown ones first, then those with the most records. */
  readonly templates: readonly WindowTemplate[];
  /** Templates beyond those listed, and their records. */
  readonly otherTemplates: number;
  readonly otherRecords: number;
  /** What its messages say as a direction (windows/log-vector.ts), of length 1; all 0 in an empty window, [] where windows are not looked at as a whole. */
  readonly logVector: readonly number[];
}

export interface WindowVerdict extends Verdict {
  readonly stream: StreamIdentity;
  readonly sizeMs: number;
  /** Window `[startMs, startMs + sizeMs)` of event time. */
  readonly startMs: number;
  readonly records: number;
  /** Records of severity ERROR (17) or above. */
  readonly errors: number;
  readonly newTemplates: number;
  /** The band a normal window's record count lies in, 5 % to 95 %. */
  readonly expectedLow: number;
  readonly expectedHigh: number;
  /** A gap or records still outstanding: neither learned nor used to claim silence. */
  readonly figures: WindowFigures;
  readonly incomplete: boolean;
  readonly isAnomaly: boolean;
  readonly reasons: readonly Reason[];
  readonly contents?: WindowContents;
}

export interface Anomaly extends Verdict {
  /** 16 hex digits, the same for the same anomaly of the same stream in a replay. */
  readonly id: string;
  readonly stream: StreamIdentity;
  readonly unit: 'record' | 'session' | 'window';
  /** A window's start and end; times of a session's first and last record; a record's time, twice. */
  readonly startMs: number;
  readonly endMs: number;
  readonly reasons: readonly Reason[];
  /** The template most to blame, '' for none. */
  readonly templateId: string;
  readonly template: string;
  readonly examples: readonly ExampleLine[];
  /** What drove the verdict, and the verdict without it. */
  readonly explanation?: Explanation;
  readonly model: string;
}

/** A row of the catalogue of one stream. */
export interface TemplateRow {
  readonly id: string;
  readonly text: string;
  readonly count: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** '' or the id of the template it was merged into. */
  readonly supersededBy: string;
  /** An example line. */
  readonly example: string;
}

/** What changed in one stream's catalogue since the last outputs were taken; counts are totals, not differences. */
export interface CatalogueChange {
  readonly stream: StreamIdentity;
  readonly rows: readonly TemplateRow[];
}

/** Event time during which records may have been seen but are not counted (crash between two checkpoints). */
export interface Gap {
  readonly stream: StreamIdentity;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a stream is like has changed: an event, not an anomaly. What was learned of the figure counts for less from then on. */
export interface Drift {
  readonly stream: StreamIdentity;
  /** When it was found, and since when it has been so, as far as that is known. */
  readonly timeMs: number;
  readonly sinceMs: number;
  /**
   * What has changed; `windows` and `sessions` were flagged for so long that this is taken as normal from now on; a
   * `release` was known by its `version` or by the lines of its `start`; `correlation`: it no longer moves with another one.
   */
  readonly figure: DriftFigure | 'windows' | 'sessions' | 'release' | 'correlation';
  readonly test: 'Page-Hinkley' | 'ADWIN' | 'lasted' | 'version' | 'start' | 'CUSUM';
  /**
   * Deviation from the same hour of the days before, in its usual spreads; of what has `lasted`, the hours of it; of a
   * release, its new templates; of a correlation, actual less expected.
   */
  readonly shift: number;
  readonly release?: ReleaseDetail;
  readonly correlation?: CorrelationDetail;
}

/** What a release brought. */
export interface ReleaseDetail {
  /** `service.version`, '' when it is not known. */
  readonly version: string;
  readonly templates: readonly { readonly id: string; readonly text: string }[];
}

/** What the budget promised one stream, and what it got. */
export interface BudgetRow {
  readonly stream: StreamIdentity;
  /** Event time watched. */
  readonly fromMs: number;
  readonly toMs: number;
  /** False episodes promised for that time. */
  readonly promised: number;
  /** All episodes, real faults among them: an upper bound of the false ones. */
  readonly actual: number;
}

/** What the budget promised the units of one kind, and what it got. */
export interface BudgetOfKind {
  readonly unit: Anomaly['unit'];
  /** Of windows; 0 of others. */
  readonly sizeMs: number;
  readonly units: number;
  /** False episodes promised, and all episodes that began: an upper bound of the false ones. */
  readonly promised: number;
  readonly actual: number;
  /** M_budget as of now: what M must exceed for an anomaly; null while it is not known. */
  readonly magnitude: number | null;
}

/** What the budget promised one stream in one week, and what it got. */
export interface BudgetWeek {
  readonly stream: StreamIdentity;
  /** Monday, 00:00 UTC. */
  readonly weekMs: number;
  /** Event time watched in this week. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly promised: number;
  readonly actual: number;
  readonly kinds: readonly BudgetOfKind[];
}

/** What leaves the engine with the next tick. */
export interface EngineEvents {
  readonly windows: readonly WindowVerdict[];
  readonly anomalies: readonly Anomaly[];
  readonly gaps: readonly Gap[];
  readonly drifts: readonly Drift[];
  /** Weeks that have changed; taken together with the catalogue. */
  readonly budgets: readonly BudgetWeek[];
}

export interface EngineOutputs extends EngineEvents {
  readonly catalogue: readonly CatalogueChange[];
}

/** Counters since the start of the engine; they survive in the snapshot. */
export interface EngineCounters {
  /** Records learned: the sum of all template counts, evicted ones included. */
  readonly consumed: number;
  /** Records that those learned stand for: more where an upstream processor has sent one of several equal ones. */
  readonly represented: number;
  /** Records scored without learning (a batch that came again). */
  readonly repeated: number;
  /** Records too late for their window; counted in their template all the same. */
  readonly late: number;
  readonly templatesEvicted: number;
  /** Records of streams beyond the cap, scored in the tenant's overflow stream. */
  readonly streamsOverflowed: number;
  readonly examplesDropped: number;
  /** Sessions that have ended and were judged. */
  readonly sessions: number;
  /** Sessions ended early, because too many were open. */
  readonly sessionsEvicted: number;
  /** Episodes of anomalies, over all streams: an upper bound of the false ones. */
  readonly episodes: number;
  /** Event time watched, in ms, over all streams: the budget promises its false episodes per week of this. */
  readonly watchedMs: number;
  /** Drifts found, over all streams. */
  readonly drifts: number;
  /** Slots of templates whose parameters are not watched, because a stream has too many. */
  readonly parametersDropped: number;
  /** Addresses and accounts followed no longer, because a stream had too many. */
  readonly actorsEvicted: number;
  /** Outputs dropped because those before them were not taken; since this engine was made, not kept in the snapshot. */
  readonly outputsDropped: number;
}
