/**
 * The processor without a backend: HTTP in, decode, redact with the default rules, annotate, HTTP out. The scorer answers
 * at once with everyday verdicts. Listens on free ports and prints their URLs as JSON; the next hop is its first argument.
 */
import { parseConfig } from '../src/config.ts';
import type { ScoreRequest, Scorer } from '../src/forward/scorer.ts';
import { SCORED, VerdictBatch } from '../src/forward/verdict-batch.ts';
import { startProcessor } from '../src/main.ts';

class StubScorer implements Scorer {
  readonly #bySize = new Map<number, VerdictBatch>();

  async score({ records }: ScoreRequest): Promise<VerdictBatch> {
    const known = this.#bySize.get(records);
    if (known !== undefined) return known;
    const verdicts = VerdictBatch.create(records).describe({ model: 'seismo-1', reasonSets: [['new template']] });
    for (let i = 0; i < records; i++) {
      const odd = i % 200 === 0;
      verdicts.score[i] = odd ? 0.75 : (i % 50) / 100;
      verdicts.confidence[i] = 0.9;
      verdicts.reasonSet[i] = odd ? 1 : 0;
      verdicts.templateHigh[i] = Math.imul(i % 300, 0x9e3779b1);
      verdicts.templateLow[i] = Math.imul(i % 300, 0x85ebca6b);
      verdicts.flags[i] = SCORED;
    }
    this.#bySize.set(records, verdicts);
    return verdicts;
  }

  async close(): Promise<void> {}
}

const [url, redaction] = process.argv.slice(2);
const config = parseConfig({
  ...{ otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'error' },
  forward: { url },
  redact: { enabled: redaction !== 'no-redaction' },
});
const processor = await startProcessor(config, new StubScorer());
process.once('SIGTERM', () => void processor.close());
process.stdout.write(`${JSON.stringify({ http: processor.httpUrl, grpc: processor.grpcUrl })}\n`);
