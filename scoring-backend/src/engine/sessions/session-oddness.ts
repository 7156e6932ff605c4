/** How the figures of a session, each calibrated by itself, make one. */
import { ORDER_FIGURES, RAREST } from '../../detectors/sequence/session-model.ts';

/**
 * One x of the magnitudes of a session's figures: of order, make-up, rarest kind, duration and errors the strongest counts,
 * and what the next one adds to it. Figures of the whole session can be compared between sessions; extremes (the rarest
 * of many kinds) grow with its length, so they count a decade less.
 */
export function combinedMagnitude(magnitudes: Float64Array): number {
  let first = 0;
  // Figures say nothing (NaN) of a session whose templates have just changed.
  for (let j = 0; j < ORDER_FIGURES; j++) if (magnitudes[j] > 0) first += magnitudes[j] / ORDER_FIGURES;
  let second = 0;
  for (let j = ORDER_FIGURES; j < magnitudes.length; j++) {
    const magnitude = j < RAREST ? magnitudes[j] : magnitudes[j] - SINGLE;
    if (magnitude > first) {
      second = first;
      first = magnitude;
    } else if (magnitude > second) second = magnitude;
  }
  return first + CONSENSUS * second;
}

const SINGLE = 1;
/** What the second strongest kind of evidence adds to the strongest. */
const CONSENSUS = 0.5;
