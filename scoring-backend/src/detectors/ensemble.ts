/** One p from several: the smallest, corrected for having looked several times (Šidák 1967). */

/** −log10 of 1 − (1 − p)^looks, for p given as its magnitude. */
export function sidak(magnitude: number, looks: number): number {
  if (looks <= 1 || magnitude <= 0) return Math.max(0, magnitude);
  if (magnitude > 9) return magnitude - Math.log10(looks);
  const p = -Math.expm1(looks * Math.log1p(-(10 ** -magnitude)));
  return Math.max(0, -Math.log10(p));
}
