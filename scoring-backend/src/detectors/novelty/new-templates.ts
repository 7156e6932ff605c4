/**
 * Too many new templates in a window, or too many records in new templates: two looks at the same thing, a release with
 * many new messages and one new message that floods.
 *
 * New templates keep turning up for ever, one now and then and many at a start: the stream's own chance of a window with
 * any, and how many come together then, are learned (burst-size.ts); a window is as odd as the explanation that fits best.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { NOT_APPLICABLE, NOT_READY, type Evidence, type Finding, type WindowFeatures } from '../detector.ts';
import { sidak } from '../ensemble.ts';
import { ShareModel } from '../errors/share-model.ts';
import { CountLevel } from '../rate/count-level.ts';
import { newOfWindow } from './new-of-window.ts';

export class NewTemplates {
  readonly #kinds = new CountLevel({ burst: 2, spread: 1, windows: 6 }, 60);
  readonly #share = new ShareModel(0.01, 60);

  judge(window: WindowFeatures): Finding {
    const fresh = newOfWindow(window);
    if (fresh === undefined) return NOT_APPLICABLE;
    if (!this.#kinds.ready) return NOT_READY;
    const { mean } = this.#kinds.predict();
    const { templates, records, template, byRelease } = fresh;
    const { kinds, share } = this.#looks(templates, records, window.records);
    const byKinds = kinds >= share;
    const evidence: Evidence = {
      ...{ kind: 'new_template', magnitude: Math.min(byKinds ? kinds : share, byRelease), template },
      ...(byKinds
        ? { expected: mean, actual: templates, unit: 'records' }
        : { expected: this.#share.mean, actual: records / window.records, unit: 'share' }),
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
    if (newOfWindow(window)?.byRelease !== Infinity) return;
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
