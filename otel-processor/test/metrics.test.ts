/** What the processor reports on itself. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { startProcessor } from '../src/main.ts';
import { METRICS } from '../src/metrics-table.ts';
import type { Metric } from '../src/metrics-table.ts';
import { logsRequest } from './messages.ts';
import { ConstantScorer, Sink, exportLogs, postLogs } from './neighbours.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** `name{a="1",b="2"} 3` → its parts. */
function samples(text: string): { name: string; labels: Record<string, string>; value: number }[] {
  return [...text.matchAll(/^(seismo_\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name, labels = '', value]) => ({
    name,
    labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text]) => [label, text])),
    value: Number(value),
  }));
}

describe('/metrics', () => {
  it('shows what happened, with the names and attributes of the table and no others', async () => {
    const sink = await new Sink().start();
    const scorer = await new ConstantScorer().start();
    const processor = await startProcessor(
      parseConfig({
        ...{ otlpHttpPort: 0, otlpGrpcPort: 0, metricsPort: await freePort(), logLevel: 'silent' },
        ...{ forward: { url: sink.url }, scoring: { endpoint: scorer.url, timeoutMs: 5000 } },
      }),
    );
    await postLogs(processor.httpUrl, logsRequest(['a', 'b']));
    await exportLogs(processor.grpcUrl, logsRequest(['c']));
    await postLogs(processor.httpUrl, Buffer.from('garbage'));
    await postLogs(processor.httpUrl, Buffer.from('{'), { 'content-type': 'application/json' });
    await postLogs(processor.httpUrl, logsRequest(['d']), { 'x-seismo-hops': '9' });
    sink.answer = () => ({ status: 503 });
    await postLogs(processor.httpUrl, logsRequest(['e']));
    await postLogs(processor.httpUrl, logsRequest(['e']));

    const found = samples(await (await fetch(`${processor.metricsUrl}/metrics`)).text());
    const byName = new Map<string, Metric>(METRICS.map((metric) => [metric.name.replaceAll('.', '_'), metric]));
    for (const { name, labels } of found) {
      const metric = byName.get(name.replace(/_(total|sum|count|bucket)$/, ''));
      expect(metric, name).toBeDefined();
      const known = ['le', ...Object.keys(metric?.attributes ?? {})];
      for (const [label, value] of Object.entries(labels)) {
        expect(known, `${name} ${label}`).toContain(label);
        const listed = metric?.attributes[label];
        if (listed !== undefined && !/ /.test(listed.replaceAll(', ', ',')))
          expect(listed.split(', '), `${name} ${label}`).toContain(value);
      }
    }
    const value = (name: string, labels: Record<string, string> = {}): number =>
      found
        .filter((sample) => sample.name === name)
        .filter((sample) => Object.entries(labels).every(([label, text]) => sample.labels[label] === text))
        .reduce((sum, sample) => sum + sample.value, 0);
    expect(value('seismo_receiver_consumed_items_total', { transport: 'http', outcome: 'success' })).toBe(2);
    expect(value('seismo_receiver_consumed_items_total', { transport: 'grpc', outcome: 'success' })).toBe(1);
    expect(value('seismo_receiver_consumed_items_total', { outcome: 'refused' })).toBe(3);
    expect(value('seismo_processor_produced_items_total', { outcome: 'success' })).toBe(3);
    expect(value('seismo_processor_produced_items_total', { outcome: 'refused' })).toBe(2);
    expect(value('seismo_record_status_total', { status: 'scored' })).toBe(5);
    expect(value('seismo_scoring_repeated_items_total')).toBe(1);
    expect(value('seismo_loop_refused_total')).toBe(1);
    expect(value('seismo_receiver_rejected_requests_total', { code: 'INVALID_ARGUMENT' })).toBe(1);
    expect(value('seismo_exporter_refusals_total', { code: '503', retryable: 'true' })).toBe(2);
    expect(value('seismo_exporter_duration_count')).toBe(4);
    expect(value('seismo_queue_usage', { queue: 'received' })).toBe(0);
    expect(value('seismo_queue_limit', { queue: 'received' })).toBe(256 * 1024 * 1024);

    expect((await fetch(`${processor.metricsUrl}/health`)).status).toBe(200);
    expect((await fetch(`${processor.metricsUrl}/other`)).status).toBe(404);
    await processor.close();
    await scorer.stop();
    await sink.stop();
  });
});
