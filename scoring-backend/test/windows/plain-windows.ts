/** Windows of which only counts matter, for tests of detectors of counts. */
import { WindowCounts } from '../../src/windows/window-counts.ts';

export const PLAIN_SIZE_MS = 60_000;

export class PlainWindows {
  readonly #window = new WindowCounts({ bornMs: new Float64Array(64).fill(-1) });
  #number = 0;

  /** The next window, valid until the one after it: `counts[i]` records of template i, so many of all of them errors. */
  next(counts: readonly number[], errors = 0): WindowCounts {
    const window = this.#window;
    window.open(this.#number++ * PLAIN_SIZE_MS, PLAIN_SIZE_MS);
    let left = errors;
    counts.forEach((count, template) => {
      for (let i = 0; i < count; i++) window.add(template, left-- > 0 ? 1 : 0);
    });
    window.seal(counts.length);
    return window;
  }
}
