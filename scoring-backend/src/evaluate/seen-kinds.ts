/** Which kinds of events were seen before: templates by their 64-bit id, or event numbers. */
import type { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';

export class SeenKinds {
  readonly #known = new Set<number>();

  /** Was it never seen before? From now on it was, unless `learn` is false. */
  isNew(kind: number, learn: boolean): boolean {
    if (this.#known.has(kind)) return false;
    if (learn) this.#known.add(kind);
    return true;
  }
}

/** A template's id as one number: 53 of its 64 bits, which is enough to tell templates apart. */
export function templateKind({ templateHigh, templateLow }: VerdictBatch, i: number): number {
  return (templateHigh[i] >>> 0) * 2 ** 21 + (templateLow[i] & 0x1f_ffff);
}
