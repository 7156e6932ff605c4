/** What an ended session is to the detectors: the kinds of its records in order, and what is known of it as a whole. */
export interface SessionFeatures {
  /** Events (windows/session-event.ts) in order of arrival; the first `length` count. A longer session is cut at the bound of its keeper. */
  readonly templates: Int32Array;
  readonly length: number;
  /** Records of the session, the ones beyond `length` included. */
  readonly records: number;
  /** Event times of the first and the last record, in ms since the epoch; NaN when records have no time. */
  readonly startMs: number;
  readonly endMs: number;
  /** Records of severity ERROR or above. */
  readonly errors: number;
  /** Ended by itself (idle, or the input did), not by a bound: only then its end says something. */
  readonly complete: boolean;
  /** Text of the id that its records share, for people. */
  readonly key: string;
}

/**
 * A session of plain event numbers, for data without times.
 * @example sessionOf([5, 5, 22, 11, 9])
 */
export function sessionOf(events: ArrayLike<number>, key = ''): SessionFeatures {
  const templates = Int32Array.from(events);
  const { length } = templates;
  return { templates, length, records: length, startMs: NaN, endMs: NaN, errors: 0, complete: true, key };
}
