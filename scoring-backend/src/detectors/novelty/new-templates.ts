/**
 * Too many new templates in a window, or too many records in new templates: two looks at the same thing, a release with
 * many new messages and one new message that floods.
 *
 * New templates keep turning up for ever, one now and then and many at a start: the stream's own chance of a window with
 * any, and how many come together then, are learned (burst-size.ts); a window is as odd as the explanation that fits best.
 */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';
import { NOT_APPLICABLE, NOT_READY, type Evidence, type Finding, type WindowFeatures } from '../detector.ts';
import { sidak } from '../ensemble.ts';
import { ShareModel } from '../errors/share-model.ts';
import { CountLevel } from '../rate/count-level.ts';

export class NewTemplates {
  readonly #kinds = new CountLevel({ burst: 2, spread: 1, windows: 6 }, 60);
  readonly #share = new ShareModel(0.01, 60);

  judge(window: WindowFeatures): Finding {
    if (isOfRelease(window)) return NOT_APPLICABLE;
    if (!this.#kinds.ready) return NOT_READY;
    const { mean } = this.#kinds.predict();
    const { kinds, share } = this.#looks(window.newTemplates, window.newRecords, window.records);
    const template = mostFrequentNew(window);
    const evidence: Evidence =
      kinds >= share
        ? {
            kind: 'new_template',
            magnitude: kinds,
            expected: mean,
            actual: window.newTemplates,
            unit: 'records',
            template,
          }
        : {
            kind: 'new_template',
            magnitude: share,
            expected: this.#share.mean,
            actual: window.newRecords / window.records,
            unit: 'share',
            template,
          };
    return { applicable: true, ready: true, magnitude: sidak(evidence.magnitude, 2), evidence: [evidence] };
  }

  /** −log10 p of so many new templates with so many of the records. */
  magnitude(newTemplates: number, newRecords: number, records: number): number {
    if (!this.#kinds.ready) return 0;
    const { kinds, share } = this.#looks(newTemplates, newRecords, records);
    return sidak(Math.max(kinds, share), 2);
  }

  #looks(newTemplates: number, newRecords: number, records: number): { kinds: number; share: number } {
    return { kinds: this.#kinds.above(newTemplates), share: this.#share.magnitude(newRecords, records) };
  }

  learn(window: WindowFeatures): void {
    if (isOfRelease(window)) return;
    this.#kinds.learn(window.newTemplates);
    this.#share.learn(window.newRecords, window.records);
  }

  loosen(): void {
    this.#kinds.loosen();
    this.#share.loosen();
  }

  save(to: StateWriter): void {
    this.#kinds.save(to);
    this.#share.save(to);
  }

  load(from: StateReader): void {
    this.#kinds.load(from);
    this.#share.load(from);
  }
}

/** New templates that a release explains; errors among them it does not. */
function isOfRelease(window: WindowFeatures): boolean {
  if (window.releasing !== true) return false;
  for (let i = 0; i < window.touchedCount; i++) {
    const index = window.touched[i];
    if (window.isNew(index) && window.errorsOf(index) > 0) return false;
  }
  return true;
}

function mostFrequentNew(window: WindowFeatures): number {
  let best = -1;
  for (let i = 0; i < window.touchedCount; i++) {
    const index = window.touched[i];
    if (!window.isNew(index)) continue;
    if (best < 0 || window.counts[index] > window.counts[best]) best = index;
  }
  return best;
}
