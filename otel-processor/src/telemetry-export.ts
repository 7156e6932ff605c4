/**
 * Pushes the processor's own metrics and traces over OTLP, with the OpenTelemetry SDK and its standard environment
 * variables (OTEL_EXPORTER_OTLP_*, OTEL_TRACES_SAMPLER, OTEL_METRIC_EXPORT_INTERVAL, OTEL_RESOURCE_ATTRIBUTES …). Nothing
 * is pushed, and the SDK not even loaded, unless an endpoint is named. Logs stay JSON lines on standard error.
 */
import { diag, DiagLogLevel } from '@opentelemetry/api';
import type { Logger } from './telemetry.ts';

export interface TelemetryExport {
  /** Sends what is left and stops. Never rejects. */
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** To be called before the first `Telemetry` is made. @param serviceName unless the environment names one */
export async function startTelemetryExport(
  serviceName: string,
  log: Logger,
  environment: Environment = process.env,
): Promise<TelemetryExport> {
  const traces = isPushed('TRACES', environment);
  const metrics = isPushed('METRICS', environment);
  if (!traces && !metrics) return { close: () => Promise.resolve() };
  const { startNodeSdk } = await import('@opentelemetry/sdk-node');
  const sdk = startNodeSdk({
    logLevel: 'none',
    logRecordProcessors: [],
    ...(isNamed(environment) ? {} : { resourceAttributes: { 'service.name': serviceName } }),
    ...(traces ? {} : { spanProcessors: [] }),
    ...(metrics ? {} : { metricReaders: [] }),
  });
  const said = (message: string): void =>
    log.warn({ event: 'telemetry.export', problem: message.slice(0, 1000) }, 'own telemetry: a problem');
  const silent = (): void => undefined;
  diag.setLogger(
    { error: said, warn: said, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  log.info({ event: 'telemetry.export.started', traces, metrics }, 'own telemetry is pushed over OTLP');
  return { close: () => sdk.shutdown().catch((error: unknown) => said(String(error))) };
}

function isPushed(signal: 'TRACES' | 'METRICS', environment: Environment): boolean {
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false;
  const endpoints = [environment.OTEL_EXPORTER_OTLP_ENDPOINT, environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]];
  return endpoints.some((endpoint) => endpoint !== undefined && endpoint !== '');
}

function isNamed(environment: Environment): boolean {
  return Boolean(environment.OTEL_SERVICE_NAME) || /service\.name=/.test(environment.OTEL_RESOURCE_ATTRIBUTES ?? '');
}
