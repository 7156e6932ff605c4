/** Clients that nobody here wrote: the OpenTelemetry SDK for JavaScript with its three log exporters, and telemetrygen. */
import { OTLPLogExporter as GrpcExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import { afterEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { startProcessor } from '../src/main.ts';
import type { Processor } from '../src/main.ts';
import { ConstantScorer, Sink } from './neighbours.ts';
import { go, NO_GO } from './needs.ts';
import { telemetrygen } from './telemetrygen.ts';
import { contents, pairOf, recordsOf, valueOf } from './wire-oracle.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(): Promise<{ processor: Processor; sink: Sink }> {
  const sink = await new Sink().start();
  const scorer = await new ConstantScorer().start();
  stops.push(
    () => sink.stop(),
    () => scorer.stop(),
  );
  const processor = await startProcessor(
    parseConfig({
      ...{ otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent' },
      ...{ forward: { url: sink.url }, scoring: { endpoint: scorer.url, timeoutMs: 10_000 } },
    }),
  );
  stops.push(() => processor.close());
  return { processor, sink };
}

/** The packages' compression is an enum whose values are these. */
const gzip = { compression: 'gzip' as never };

const EXPORTERS: readonly [string, (processor: Processor) => LogRecordExporter][] = [
  ['http/protobuf', ({ httpUrl }) => new ProtobufExporter({ url: `${httpUrl}/v1/logs` })],
  ['http/protobuf, gzip', ({ httpUrl }) => new ProtobufExporter({ url: `${httpUrl}/v1/logs`, ...gzip })],
  ['http/json', ({ httpUrl }) => new JsonExporter({ url: `${httpUrl}/v1/logs` })],
  ['http/json, gzip', ({ httpUrl }) => new JsonExporter({ url: `${httpUrl}/v1/logs`, ...gzip })],
  ['grpc', ({ grpcUrl }) => new GrpcExporter({ url: grpcUrl })],
  ['grpc, gzip', ({ grpcUrl }) => new GrpcExporter({ url: grpcUrl, ...gzip })],
];

describe('the OpenTelemetry SDK for JavaScript', () => {
  it.each(EXPORTERS)('is understood over %s, with every kind of value', async (_protocol, exporterFor) => {
    const { processor, sink } = await start();
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': 'checkout' }),
      processors: [new BatchLogRecordProcessor({ exporter: exporterFor(processor) })],
    });
    const logger = provider.getLogger('orders', '1.2.3');
    for (let i = 0; i < 100; i++)
      logger.emit({
        severityNumber: 17,
        severityText: 'ERROR',
        body: { message: `order ${i} failed`, tries: [1, 'two', null] },
        attributes: { 'order.id': i, express: true, weight: 0.5, raw: new Uint8Array([1, 2]) },
      });
    await provider.shutdown();
    const records = sink.received.flatMap(({ body }) => recordsOf(body));
    expect(records).toHaveLength(100);
    records.forEach((record, i) => {
      expect(contents(record, 5).map(valueOf)).toEqual([
        {
          map: [
            ['message', { text: `order ${i} failed` }],
            ['tries', { list: [{ int: 1n }, { text: 'two' }, null] }],
          ],
        },
      ]);
      const attributes = Object.fromEntries(contents(record, 6).map(pairOf));
      expect(attributes).toMatchObject({
        ...{ 'order.id': { int: BigInt(i) }, express: { bool: true }, weight: { double: 0.5 }, raw: { bytes: '0102' } },
        'anomaly.score': { double: 0.25 },
      });
    });
    expect(processor.stats()).toMatchObject({ consumed: 100, scored: 100, forwarded: 100 });
  });
});

describe('telemetrygen', () => {
  for (const [door, flags] of [
    ['grpcUrl', []],
    ['httpUrl', ['--otlp-http']],
  ] as const)
    it(
      `is served at ${door}: every record it sends is forwarded with a score`,
      { timeout: 300_000 },
      async (context) => {
        context.skip(go === undefined, NO_GO);
        const { processor, sink } = await start();
        const body = 'user 4711 logged in';
        await telemetrygen(new URL(processor[door]).host, 2000, [...flags, '--workers', '2', '--body', body]);
        expect(sink.records).toHaveLength(4000);
        expect(sink.records.every((record) => record.body === body && 'anomaly.score' in record.attributes)).toBe(true);
      },
    );
});
