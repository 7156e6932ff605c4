/**
 * How much a verdict rests on: n/(n + n0) × detectors ready / detectors applicable, in [0, 1].
 * It says nothing about how odd the unit is, only how well the stream is known.
 */
export function confidence(units: number, halfAt: number, ready: number, applicable: number): number {
  return applicable === 0 ? 0 : ((units / (units + halfAt)) * ready) / applicable;
}

/** Units after which confidence is one half. */
export const WINDOWS_AT_HALF = 10;
export const RECORDS_AT_HALF = 1_000;
