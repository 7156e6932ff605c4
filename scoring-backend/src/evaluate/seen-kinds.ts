/** In which unit kinds of events were first seen: templates by their 64-bit id, or event numbers. */
import type { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';

export class SeenKinds {
  readonly #first = new Map<number, number>();

  /** The unit that had this kind first; if none had, it is `unit`, and from now on unless `learn` is false. */
  firstUnit(kind: number, unit: number, learn: boolean): number {
    const first = this.#first.get(kind);
    if (first !== undefined) return first;
    if (learn) this.#first.set(kind, unit);
    return unit;
  }
}

/** The unit of what is learned, and not judged. */
export const TRAINING = -1;

/** A template's id as one number: 53 of its 64 bits, which is enough to tell templates apart. */
export function templateKind({ templateHigh, templateLow }: VerdictBatch, i: number): number {
  return (templateHigh[i] >>> 0) * 2 ** 21 + (templateLow[i] & 0x1f_ffff);
}
