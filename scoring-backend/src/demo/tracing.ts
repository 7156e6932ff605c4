/**
 * Tracing of the whole shop: OpenTelemetry's Node SDK with its HTTP instrumentation, which gives every request a span
 * and carries the trace id from service to service. Spans are not exported; the log records take their ids from them.
 */
import type * as Http from 'node:http';
import { createRequire } from 'node:module';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';

export interface Tracing {
  /** The instrumented `node:http`: servers and clients made with it take part in traces. */
  readonly http: typeof Http;
  stop(): Promise<void>;
}

/** Starts it, once per process. */
export function startTracing(): Tracing {
  const sdk = new NodeSDK({
    autoDetectResources: false,
    instrumentations: [new HttpInstrumentation()],
    // Without any span processor the SDK would make no spans; this one lets them go.
    spanProcessors: [{ onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} }],
    logRecordProcessors: [],
    metricReaders: [],
  });
  sdk.start();
  // The instrumentation patches a module when it is required, so that is how it is loaded, after the start.
  const http = createRequire(import.meta.url)('node:http') as typeof Http;
  return { http, stop: () => sdk.shutdown() };
}
