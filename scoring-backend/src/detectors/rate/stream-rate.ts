/** Too many or too few records of the whole stream. */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';
import { NOT_READY, type Finding, type WindowFeatures } from '../detector.ts';
import { countQuantile, twoSidedMagnitude, upperMagnitude } from '../statistics/negative-binomial.ts';
import { CountLevel } from './count-level.ts';

export class StreamRate {
  readonly #level = new CountLevel({ burst: 2, spread: 0.1, windows: 6 }, 60);

  judge(window: WindowFeatures): Finding {
    if (!this.#level.ready) return NOT_READY;
    const { mean, variance } = this.#level.predict();
    const tail = window.incomplete ? upperMagnitude : twoSidedMagnitude;
    const magnitude = tail(window.records, mean, variance);
    const evidence = {
      kind: 'rate',
      magnitude,
      expected: mean,
      actual: window.records,
      unit: 'records',
      template: -1,
    } as const;
    return { applicable: true, ready: true, magnitude, evidence: [evidence] };
  }

  learn(window: WindowFeatures): void {
    this.#level.learn(window.records);
  }

  /** The band that 90 % of normal windows lie in; [0, 0] before the first one was learned. */
  band(): readonly [number, number] {
    if (!this.#level.ready) return [0, 0];
    const { mean, variance } = this.#level.predict();
    return [countQuantile(-Z_95, mean, variance), countQuantile(Z_95, mean, variance)];
  }

  loosen(): void {
    this.#level.loosen();
  }

  save(to: StateWriter): void {
    this.#level.save(to);
  }

  load(from: StateReader): void {
    this.#level.load(from);
  }
}

/** The normal distribution's 95 % quantile. */
const Z_95 = 1.645;
