/**
 * Pauses between tries at something that fails: twice as long each time up to a bound, and none of the same length, so
 * that many processors do not come back at the same moment. The bounds are those of the Collector's retry_on_failure.
 */
export const FIRST_PAUSE_MS = 500;
export const LONGEST_PAUSE_MS = 30_000;
/** Each pause is between this share shorter and longer than its turn. */
const JITTER = 0.5;

/** A pause of about `turnMs`. @param random in [0, 1) */
export function jitteredMs(turnMs: number, random: () => number = Math.random): number {
  return turnMs * (1 - JITTER + 2 * JITTER * random());
}

/** The pause after one of `pauseMs`. @param random in [0, 1) */
export function nextPauseMs(pauseMs: number, random: () => number = Math.random): number {
  return jitteredMs(Math.min(pauseMs * 2, LONGEST_PAUSE_MS), random);
}
