/**
 * Templates that made windows odd. A state does not become less odd because less of it comes: where one record of such a
 * template comes again, the window is as odd as the oddest one that the template made. Until it is normal: when it has
 * come three times over at least 24 h without anybody minding. In a young stream, over as long as the stream
 * had been known before, at least 1 h: as odd states are accepted (odd-state.ts).
 */
import type { WindowFeatures } from '../../detectors/detector.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../../detectors/per-template.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { float64Column, grown, int32Column } from '../../columns/small-columns.ts';

export class SuspectedTemplates implements PerTemplate {
  /** By template, the greatest M it made; 0 of one that is not suspected. */
  #magnitude = float64Column(INITIAL_TEMPLATES);
  #normalFromMs = float64Column(INITIAL_TEMPLATES);
  /** Number of the window that had it last, and how often it came anew. */
  #last = float64Column(INITIAL_TEMPLATES);
  #times = int32Column(INITIAL_TEMPLATES);
  #windows = 0;

  /** The greatest M that the templates of a window made. */
  magnitude(window: WindowFeatures): number {
    let most = 0;
    for (let i = 0; i < window.touchedCount; i++) most = Math.max(most, this.#magnitude[window.touched[i]]);
    return most;
  }

  /** This template alone would have made the window as odd as this, in a stream known for `knownMs`. */
  suspect(template: number, magnitude: number, { startMs }: WindowFeatures, knownMs: number): void {
    if (this.#magnitude[template] === 0) {
      this.#normalFromMs[template] = startMs + Math.min(LONGEST_MS, Math.max(SHORTEST_MS, knownMs));
      this.#last[template] = -1;
      this.#times[template] = 0;
    }
    this.#magnitude[template] = Math.max(this.#magnitude[template], magnitude);
  }

  /** Takes in a window. @param normal takes templates that are suspected no more */
  follow({ touched, touchedCount, startMs }: WindowFeatures, normal: (template: number) => void): void {
    for (let i = 0; i < touchedCount; i++) {
      const template = touched[i];
      if (this.#magnitude[template] === 0) continue;
      if (this.#last[template] !== this.#windows - 1) this.#times[template]++;
      this.#last[template] = this.#windows;
      if (this.#times[template] < TIMES || startMs < this.#normalFromMs[template]) continue;
      this.#magnitude[template] = 0;
      normal(template);
    }
    this.#windows++;
  }

  /** Nothing is suspected any more. */
  forget(): void {
    this.#magnitude.fill(0);
  }

  grow(capacity: number): void {
    this.#magnitude = grown(this.#magnitude, capacity);
    this.#normalFromMs = grown(this.#normalFromMs, capacity);
    this.#last = grown(this.#last, capacity);
    this.#times = grown(this.#times, capacity);
  }

  clear(index: number): void {
    this.#magnitude[index] = 0;
  }

  merge(from: number, to: number): void {
    if (this.#magnitude[from] > this.#magnitude[to]) for (const column of this.#columns()) column[to] = column[from];
    this.clear(from);
  }

  save(to: StateWriter): void {
    to.number(this.#magnitude.length);
    for (const column of this.#columns()) to.column(column);
    to.number(this.#windows);
  }

  load(from: StateReader): void {
    this.grow(from.number());
    for (const column of this.#columns()) from.column(column);
    this.#windows = from.number();
  }

  #columns(): (Float64Array | Int32Array)[] {
    return [this.#magnitude, this.#normalFromMs, this.#last, this.#times];
  }
}

/** Times that it must come, windows without it in between. */
const TIMES = 3;
const LONGEST_MS = 86_400_000;
const SHORTEST_MS = 3_600_000;
