/** Pairs of streams by one index: that of the larger stream times `MOST_STREAMS`, and the smaller one. */

/** Streams of a tenant that are held against each other. */
export const MOST_STREAMS = 32;
/** Room for all indexes. */
export const PAIRS = MOST_STREAMS * MOST_STREAMS;

export function pairOf(a: number, b: number): number {
  return Math.max(a, b) * MOST_STREAMS + Math.min(a, b);
}

/** The larger one first. */
export function streamsOf(pair: number): readonly [number, number] {
  return [Math.floor(pair / MOST_STREAMS), pair % MOST_STREAMS];
}
