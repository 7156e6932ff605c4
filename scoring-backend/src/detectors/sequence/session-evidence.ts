/** What is unusual about a session, in figures. */
export interface SessionEvidence {
  readonly kind: 'sequence' | 'session_end' | 'session_counts' | 'rare_template' | 'duration' | 'error_rate';
  /** −log10 p of this alone. */
  readonly magnitude: number;
  readonly expected: number;
  readonly actual: number;
  readonly unit: 'records' | 'share' | 'seconds';
  /** Template to blame; −1 when it is about the whole session, or its end. */
  readonly template: number;
  /** Of a step: the template before it (−1 the beginning), and the one that was expected (−1 the end). */
  readonly after: number;
  readonly instead: number;
  /** The events (windows/session-event.ts) that `template` and `instead` are of, to put the session right with. */
  readonly event: number;
  readonly insteadEvent: number;
  /** Of a step: its place in the session (the session's length is its end); −1 of others. */
  readonly at: number;
}
