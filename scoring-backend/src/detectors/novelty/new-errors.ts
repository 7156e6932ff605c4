/**
 * Errors of kinds never seen before that repeat: rarer by far than either. A template is young in the window in which it
 * is first seen and in the next one, and p = P(a window has errors of young templates) · P(as many in the two | any).
 *
 * The first is the stream's own share of such windows: they are many while it is young and ever fewer later, so the latest
 * third of what is known counts most. The second is what the stream's young templates have shown, of whatever severity:
 * a line of the long tail comes once, and what repeats at once is something else (burst-size.ts).
 *
 * Both are rates that the stream has shown, of nothing but this: the p is measured, and what other detectors claim too
 * often (a burst of traffic) does not make it worth less.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { NOT_APPLICABLE, type Evidence, type Finding, type WindowFeatures } from '../detector.ts';
import { burstMagnitude, logOfSize } from '../rate/burst-size.ts';

export class NewErrors {
  /** Windows learned, and their weight by age; the weight of those with any, of sizes and of their logarithms. */
  #learned = 0;
  #windows = 0;
  #present = 0;
  #sizes = 0;
  #logs = 0;
  /** When a window was last noted that was not learned, ms. */
  #notedMs = -Infinity;
  /** The window judged last, its errors of templates first seen in it, and those of the one before it. */
  #startMs = -1;
  #endMs = -1;
  #born = 0;
  #bornBefore = 0;

  judge(window: WindowFeatures): Finding {
    const { born, young, template } = errorsOf(window);
    // One that is judged again, with a cause taken away, still comes after the same one.
    if (window.startMs !== this.#startMs) this.#begin(window, born);
    if (young === 0) return NOT_APPLICABLE;
    const errors = young + this.#bornBefore;
    const present = (this.#present + 0.5) / (this.#windows + 1);
    const magnitude = -Math.log10(present) + burstMagnitude(errors, this.#sizes, this.#logs);
    const share = { expected: present / window.records, actual: young / window.records, unit: 'share' } as const;
    const evidence: Evidence = { kind: 'new_template', magnitude, ...share, template };
    return { applicable: true, ready: this.#windows > 0, measured: true, magnitude, evidence: [evidence] };
  }

  #begin({ startMs, endMs }: WindowFeatures, born: number): void {
    this.#bornBefore = startMs === this.#endMs ? this.#born : 0;
    this.#startMs = startMs;
    this.#endMs = endMs;
    this.#born = born;
  }

  learn(window: WindowFeatures): void {
    this.#learned++;
    const keep = kept(this.#learned * LATEST_SHARE);
    this.#windows = this.#windows * keep + 1;
    this.#present *= keep;
    // How often something new comes falls with age, how many come together does not.
    const keepSizes = kept(this.#learned);
    this.#sizes *= keepSizes;
    this.#logs *= keepSizes;
    if (errorsOf(window).young > 0) this.#present++;
    // How often something new comes in a release says nothing of other times.
    if (window.releasing !== true) this.#learnSizes(window);
  }

  /** A flagged window is not learned, but what turns up ever anew must become less of a surprise: one in an hour counts. */
  noteOdd(window: WindowFeatures): void {
    if (window.startMs < this.#notedMs + NOTED_EVERY_MS || errorsOf(window).young === 0) return;
    this.#notedMs = window.startMs;
    this.#present++;
    this.#learnSizes(window);
  }

  #learnSizes(window: WindowFeatures): void {
    for (let i = 0; i < window.touchedCount; i++) {
      const index = window.touched[i];
      if (!window.isYoung(index)) continue;
      this.#sizes++;
      this.#logs += logOfSize(window.counts[index]);
    }
  }

  save(to: StateWriter): void {
    const learned = [this.#learned, this.#windows, this.#present, this.#sizes, this.#logs];
    to.numbers(...learned, this.#notedMs, this.#startMs, this.#endMs, this.#born, this.#bornBefore);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(10);
    from.column(numbers);
    [this.#learned, this.#windows, this.#present, this.#sizes, this.#logs] = numbers;
    [this.#notedMs, this.#startMs, this.#endMs, this.#born, this.#bornBefore] = numbers.subarray(5);
  }
}

/** Errors of a window's young templates, those of them that were first seen in it, and the template that has most. */
function errorsOf(window: WindowFeatures): { born: number; young: number; template: number } {
  let [born, young, template] = [0, 0, -1];
  if (window.errors === 0) return { born, young, template };
  for (let i = 0; i < window.touchedCount; i++) {
    const index = window.touched[i];
    const errors = window.errorsOf(index);
    if (errors === 0 || !window.isYoung(index)) continue;
    young += errors;
    if (window.isNew(index)) born += errors;
    if (template < 0 || errors > window.errorsOf(template)) template = index;
  }
  return { born, young, template };
}

/** What is left of a window's weight with the next one. */
function kept(memory: number): number {
  return 1 - 1 / Math.min(MOST_WINDOWS, Math.max(LEAST_WINDOWS, memory));
}

/** The latest third of the windows counts most. */
const LATEST_SHARE = 1 / 3;
const LEAST_WINDOWS = 60;
/** Four weeks of 30 s. */
const MOST_WINDOWS = 80_640;
const NOTED_EVERY_MS = 3_600_000;
