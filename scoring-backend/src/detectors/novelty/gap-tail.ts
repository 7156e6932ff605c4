/**
 * How long ago templates were last seen when they come: the tail of a stream's gaps, in records, over all templates.
 * Logs repeat themselves in bursts; a line that came a moment ago is not odd, however rare its template is in the long run.
 */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';

export class GapTail {
  readonly #bins = new Float64Array(BINS);
  /** As of the last refresh: share of gaps in this bin or a longer one. */
  readonly #tail = new Float64Array(BINS).fill(1);

  /** P(gap ≥ this one), to a quarter octave. */
  p(gap: number): number {
    return this.#tail[binOf(gap)];
  }

  learn(gap: number): void {
    this.#bins[binOf(gap)]++;
  }

  refresh(): void {
    let total = 1;
    for (const count of this.#bins) total += count;
    let longer = 1;
    for (let bin = BINS - 1; bin >= 0; bin--) {
      longer += this.#bins[bin];
      this.#tail[bin] = longer / total;
    }
  }

  save(to: StateWriter): void {
    to.column(this.#bins);
    to.column(this.#tail);
  }

  load(from: StateReader): void {
    from.column(this.#bins);
    from.column(this.#tail);
  }
}

/** Four bins per octave of gap + 1. */
function binOf(gap: number): number {
  const value = Math.min(gap + 1, LONGEST);
  const exponent = 31 - Math.clz32(value);
  const quarter = exponent >= 2 ? (value >>> (exponent - 2)) & 3 : (value << (2 - exponent)) & 3;
  return exponent * 4 + quarter;
}

const LONGEST = 2 ** 31 - 1;
const BINS = 31 * 4;
