/**
 * A server for the bench: the processor's receiver, decoder and annotator around a bare miner, in one thread. It shows what
 * a verdict on every record would cost if detectors, calibration and the next hop were free. Prints its URL.
 */
import { createLogger, Telemetry } from '@seismo/otel-processor/telemetry';
import { SCORED, VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { taken } from '@seismo/otel-processor/errors';
import { LogsColumns } from '@seismo/otel-processor/otlp/columns';
import { decodeLogs } from '@seismo/otel-processor/otlp/decode';
import { HttpReceiver } from '@seismo/otel-processor/otlp/http-receiver';
import { MessageIntake } from '@seismo/otel-processor/otlp/message-intake';
import { Annotator } from '@seismo/otel-processor/otlp/splice';
import { FULL_SUCCESS } from '@seismo/otel-processor/otlp/status';
import { createTemplateMiner } from '../src/templates/miner.ts';
import type { TemplateMiner } from '../src/templates/template-miner.ts';

const columns = new LogsColumns();
const annotator = new Annotator();
/** One miner per resource of the bench's batches, by the bytes of its attributes: as the engine has one per stream. */
const miners = new Map<string, TemplateMiner>();

function minerOf(bytes: Buffer, resource: number): TemplateMiner {
  const key = bytes.toString('latin1', columns.resourceMessageStart[resource], columns.resourceMessageEnd[resource]);
  const miner = miners.get(key) ?? createTemplateMiner({ maxTemplates: 10_000, maxMessageBytes: 8192 });
  miners.set(key, miner);
  return miner;
}

function mine(bytes: Buffer): VerdictBatch {
  const verdicts = VerdictBatch.create(columns.records);
  for (let scope = 0; scope < columns.scopes; scope++) {
    const miner = minerOf(bytes, columns.scopeResource[scope]);
    for (let i = columns.scopeFirst[scope]; i < columns.scopeLast[scope]; i++) {
      const template = miner.mine(bytes, columns.bodyStart[i], columns.bodyEnd[i]);
      miner.takeChanges();
      verdicts.templateHigh[i] = miner.idHigh(template);
      verdicts.templateLow[i] = miner.idLow(template);
      verdicts.flags[i] = SCORED;
    }
  }
  return verdicts;
}

const MIB = 1024 * 1024;
const receiver = new HttpReceiver(
  new MessageIntake({
    maxRequestBytes: 64 * MIB,
    maxInFlightBytes: 256 * MIB,
    tenantHeader: 'x-scope-orgid',
    telemetry: new Telemetry(),
    log: createLogger('error'),
    process: async ({ bytes }) => {
      decodeLogs(bytes, columns);
      const verdicts = mine(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      annotator.release(annotator.annotate(bytes, columns, verdicts, ''));
      return taken(FULL_SUCCESS);
    },
  }),
);
const { port } = await receiver.listen('127.0.0.1', 0);
process.stdout.write(`http://127.0.0.1:${port}\n`);
