/** The processor's own traces and metrics as they are pushed, and the context of the caller. */
import { afterEach, describe, expect, it } from 'vitest';
import { logsRequest } from './messages.ts';
import { ConstantScorer, Sink, eventually, exportLogs, postLogs } from './neighbours.ts';
import { ProcessorProcess } from './processor-process.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const METHOD = 'opentelemetry.proto.collector.logs.v1.LogsService/Export';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly status: { readonly code?: number; readonly message?: string };
}

interface Metric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly { readonly asDouble?: number; readonly asInt?: number | string }[] };
}

interface Pushed {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
  readonly resourceMetrics?: readonly { readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[] }[];
}

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

interface Rig {
  readonly processor: ProcessorProcess;
  readonly next: Sink;
  readonly scorer: ConstantScorer;
  /** Takes what is pushed. */
  readonly backend: Sink;
}

async function start(pushes: boolean): Promise<Rig> {
  const [next, scorer, backend] = [new Sink(), new ConstantScorer(), new Sink()];
  for (const neighbour of [next, scorer, backend]) {
    await neighbour.start();
    stops.push(() => neighbour.stop());
  }
  const flags = ['--forward-url', next.url, '--scoring-endpoint', scorer.url, '--scoring-timeout-ms', '5000'];
  const variables = {
    OTEL_EXPORTER_OTLP_ENDPOINT: backend.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '50',
  };
  const processor = await ProcessorProcess.start(flags, pushes ? variables : {});
  stops.push(() => processor.stop('SIGKILL'));
  return { processor, next, scorer, backend };
}

function pushed(backend: Sink): Pushed[] {
  return backend.received.map(({ body }) => JSON.parse(body.toString()) as Pushed);
}

function spansOf(backend: Sink): Span[] {
  return pushed(backend).flatMap(({ resourceSpans = [] }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  );
}

const traceparent = (flags: string): Record<string, string> => ({ traceparent: `00-${TRACE}-${CALLER}-${flags}` });

describe('a processor whose telemetry is pushed', () => {
  it('continues the trace of the caller, and hands it on to the backend and the next hop', async () => {
    const { processor, next, scorer, backend } = await start(true);
    await postLogs(processor.httpUrl, logsRequest(['a']), { ...traceparent('01'), tracestate: 'shop=1' });
    await exportLogs(processor.grpcUrl, logsRequest(['b']), { headers: traceparent('01') });
    const spans = await eventually('six spans', () => spansOf(backend).length === 6 && spansOf(backend), 20_000);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    const servers = spans.filter(({ parentSpanId }) => parentSpanId === CALLER);
    expect(servers.map(({ name }) => name).sort()).toEqual(['POST /v1/logs', METHOD]);
    servers.forEach(({ spanId }) => {
      const children = spans.filter(({ parentSpanId }) => parentSpanId === spanId);
      expect(children.map(({ name }) => name).sort()).toEqual(['forward', 'score']);
    });
    const idsOf = (name: string): string[] =>
      spans.filter((span) => span.name === name).map(({ spanId }) => `00-${TRACE}-${spanId}-01`);
    expect(next.received.map(({ headers }) => headers.traceparent).sort()).toEqual(idsOf('forward').sort());
    expect(scorer.received.map(({ headers }) => headers.traceparent).sort()).toEqual(idsOf('score').sort());
    expect(next.received[0].headers.tracestate).toBe('shop=1');
  });

  it('says in the span what went wrong, and obeys a caller that does not sample', async () => {
    const { processor, next, backend } = await start(true);
    next.answer = () => ({ status: 503 });
    await postLogs(processor.httpUrl, logsRequest(['a']), traceparent('01'));
    next.answer = () => ({});
    await postLogs(processor.httpUrl, logsRequest(['b']), traceparent('00'));
    const spans = await eventually('three spans', () => spansOf(backend).length === 3 && spansOf(backend), 20_000);
    const failed = spans.filter(({ status }) => status.code === 2);
    expect(failed.map(({ name }) => name).sort()).toEqual(['POST /v1/logs', 'forward']);
    for (const { status } of failed) expect(status.message).toContain('answered 503');
    expect(next.received.at(-1)?.headers.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    expect(await processor.stop()).toBe(0);
    expect(spansOf(backend)).toHaveLength(3);
  });

  it('pushes the metrics of the table, the last ones when it stops', async () => {
    const { processor, backend } = await start(true);
    await postLogs(processor.httpUrl, logsRequest(['a', 'b', 'c']));
    expect(await processor.stop()).toBe(0);
    const metrics = pushed(backend).flatMap(({ resourceMetrics = [] }) =>
      resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics)),
    );
    const consumed = metrics.find(({ name }) => name === 'seismo.receiver.consumed.items');
    const values = consumed?.sum?.dataPoints.map(({ asDouble, asInt }) => Number(asDouble ?? asInt));
    expect(values).toEqual([3]);
  });
});

describe('a processor whose telemetry is not pushed', () => {
  it('hands the context of the caller on as it came', async () => {
    const { processor, next, scorer, backend } = await start(false);
    const context = { ...traceparent('01'), tracestate: 'shop=1' };
    await postLogs(processor.httpUrl, logsRequest(['a']), context);
    for (const { headers } of [...next.received, ...scorer.received]) expect(headers).toMatchObject(context);
    await postLogs(processor.httpUrl, logsRequest(['b']));
    expect(next.received[1].headers).not.toHaveProperty('traceparent');
    expect(backend.received).toHaveLength(0);
  });
});
