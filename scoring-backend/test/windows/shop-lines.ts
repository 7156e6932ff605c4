/** A small shop's lines for the engine, second by second: enough of them for all detectors of windows to be at work. */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { SeededRandom } from '../../src/detectors/random.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { RecordBatch } from '../../src/engine/record-batch.ts';

export const START_MS = 1_760_000_400_000;
const HEALTHY = ['request taken', 'answer sent', 'cache missed', 'order stored'];

export interface ShopLine {
  readonly message: string;
  readonly severity: number;
}

export class ShopLines {
  readonly #random = new SeededRandom(3);
  #second = 0;

  /** Ten lines a second and now and then an error, for so many seconds, and those of a fault. */
  feed(engines: readonly Engine[], seconds: number, fault: () => readonly ShopLine[] = () => []): void {
    for (let s = 0; s < seconds; s++, this.#second++) {
      const lines: ShopLine[] = Array.from({ length: 6 + this.#random.below(9) }, () => ({
        message: HEALTHY[Math.floor(4 * this.#random.next() ** 2)],
        severity: 9,
      }));
      if (this.#random.next() < 0.02) lines.push({ message: 'payment failed', severity: 17 });
      lines.push(...fault());
      for (const engine of engines) score(engine, START_MS + this.#second * 1_000, lines);
    }
  }
}

function score(engine: Engine, timeMs: number, lines: readonly ShopLine[]): void {
  const stream = engine.stream({ tenant: '', namespace: '', service: 'shop', environment: '' });
  const batch = new RecordBatch();
  batch.grow(lines.length);
  batch.records = lines.length;
  batch.bytes = new TextEncoder().encode(lines.map(({ message }) => message).join(''));
  let at = 0;
  lines.forEach(({ message, severity }, i) => {
    batch.stream[i] = stream;
    batch.timeMs[i] = timeMs;
    batch.severity[i] = severity;
    batch.messageStart[i] = batch.lineStart[i] = at;
    batch.messageEnd[i] = batch.lineEnd[i] = at += message.length;
    batch.templateStart[i] = batch.traceStart[i] = -1;
  });
  engine.score(batch, VerdictBatch.create(lines.length), { learn: true });
}
