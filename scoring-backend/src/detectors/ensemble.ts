/** One p from several: the smallest, corrected for having looked several times, or their consensus. */

/** −log10 of 1 − (1 − p)^looks, for p given as its magnitude (Šidák 1967). */
export function sidak(magnitude: number, looks: number): number {
  if (looks <= 1 || magnitude <= 0) return Math.max(0, magnitude);
  if (magnitude > 9) return magnitude - Math.log10(looks);
  const p = -Math.expm1(looks * Math.log1p(-(10 ** -magnitude)));
  return Math.max(0, -Math.log10(p));
}

/**
 * −log10 of the harmonic mean p (Wilson 2019). However much the detectors depend on each other it stays close to a p: a
 * single one that speaks up counts as one look of several, several that agree count in full.
 */
export function consensus(magnitudes: readonly number[]): number {
  if (magnitudes.length === 0) return 0;
  const largest = Math.max(...magnitudes);
  let sum = 0;
  for (const magnitude of magnitudes) sum += 10 ** (magnitude - largest);
  return Math.max(0, largest + Math.log10(sum / magnitudes.length));
}
