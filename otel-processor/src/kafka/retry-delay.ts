/** Pauses between the client's own tries: short ones, since the sender comes again by itself, and none of the same length. */
const FIRST_MS = 100;
const LONGEST_MS = 1000;

/** The pause before try `attempt` (from 1) is made again. @param random in [0, 1) */
export function jitteredMs(attempt: number, random: () => number = Math.random): number {
  const turn = Math.min(FIRST_MS * 2 ** (attempt - 1), LONGEST_MS);
  return Math.round(turn * (0.5 + random()));
}
