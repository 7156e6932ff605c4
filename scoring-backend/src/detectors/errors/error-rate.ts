/** Too large a share of records of severity ERROR or above. */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { NOT_APPLICABLE, NOT_READY, type Finding, type WindowFeatures } from '../detector.ts';
import { ShareModel } from './share-model.ts';

export class ErrorRate {
  readonly #share = new ShareModel(0.01, 240);

  judge(window: WindowFeatures): Finding {
    if (window.records === 0) return NOT_APPLICABLE;
    if (!this.#share.ready) return NOT_READY;
    const magnitude = this.#share.magnitude(window.errors, window.records);
    const actual = window.errors / window.records;
    const evidence = {
      kind: 'error_rate',
      magnitude,
      expected: this.#share.mean,
      actual,
      unit: 'share',
      template: -1,
    } as const;
    return { applicable: true, ready: true, magnitude, evidence: [evidence] };
  }

  /** −log10 p of at least so many errors among so many records. */
  magnitude(errors: number, records: number): number {
    return this.#share.magnitude(errors, records);
  }

  learn(window: WindowFeatures): void {
    this.#share.learn(window.errors, window.records);
  }

  loosen(): void {
    this.#share.loosen();
  }

  save(to: StateWriter): void {
    this.#share.save(to);
  }

  load(from: StateReader): void {
    this.#share.load(from);
  }
}
