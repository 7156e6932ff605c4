/**
 * How the backend reports on itself: all metrics in one table, read when `GET /metrics` asks for them, and the logger.
 * Nothing is recorded per record; no attribute has values that come from log data.
 */
import { serviceLogger, type Logger } from '@seismo/otel-processor/logger';
import { PrometheusText } from '@seismo/otel-processor/prometheus-text';
import type { EngineCounters } from './engine/outputs.ts';

export type { Logger } from '@seismo/otel-processor/logger';

/** What the metrics are read from. */
export interface Readings extends EngineCounters {
  readonly streams: number;
  readonly correlationsFound: number;
  readonly correlationsLate: number;
  readonly correlationsUnwatched: number;
  readonly redacted: number;
  readonly requests: number;
  readonly refused: number;
  readonly queuedBytes: number;
  readonly queuedBytesLimit: number;
  readonly waiting: number;
  readonly threads: number;
  readonly restarts: number;
  readonly checkpointAgeSeconds: number;
  readonly catalogueDropped: number;
  readonly windows: number;
  readonly anomalies: number;
  readonly gaps: number;
  readonly storeQueued: number;
  readonly storeQueuedLimit: number;
  readonly storeWritten: number;
  readonly storeDropped: number;
  readonly storeFailures: number;
  readonly storeExpired: number;
  readonly templatesForgotten: number;
  readonly kafkaMessages: number;
  readonly kafkaMalformed: number;
  readonly kafkaMissed: number;
  readonly kafkaPartitions: number;
  readonly kafkaLag: number;
  readonly kafkaFailures: number;
}

interface Metric {
  /** Of OpenTelemetry; as Prometheus text dots are `_`, and the unit and `_total` are appended. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly unit: string;
  readonly meaning: string;
  readonly reading: keyof Readings;
}

const metric = (
  name: string,
  kind: Metric['kind'],
  unit: string,
  reading: keyof Readings,
  meaning: string,
): Metric => ({
  name: `seismo.${name}`,
  kind,
  unit,
  reading,
  meaning,
});

export const METRICS: readonly Metric[] = [
  metric('engine.consumed.items', 'counter', '{record}', 'consumed', 'Records learned: the sum of all template counts'),
  metric(
    'engine.represented.items',
    'counter',
    '{record}',
    'represented',
    'Records that the learned ones stand for: more where log_count says that equal ones were left out',
  ),
  metric('engine.repeated.items', 'counter', '{record}', 'repeated', 'Records scored again without being learned'),
  metric('engine.late.items', 'counter', '{record}', 'late', 'Records too late for their window'),
  metric('engine.requests', 'counter', '{request}', 'requests', 'Requests taken to be scored'),
  metric('engine.refused', 'counter', '{request}', 'refused', 'Requests refused because too many were at the engine'),
  metric('engine.queue.usage', 'gauge', 'By', 'queuedBytes', 'Bytes of requests at the engine or waiting for it'),
  metric('engine.queue.limit', 'gauge', 'By', 'queuedBytesLimit', 'Most of these (engine.maxQueuedBytes)'),
  metric('engine.queue.waiting', 'gauge', '{request}', 'waiting', 'Requests waiting for a request buffer'),
  metric('engine.threads', 'gauge', '{thread}', 'threads', 'Engine threads that run'),
  metric('engine.restarts', 'counter', '{restart}', 'restarts', 'Engine threads that died and were started again'),
  metric('api.redacted', 'counter', '{secret}', 'redacted', 'Secrets taken out of logs that came to the API'),
  metric('streams.active', 'gauge', '{stream}', 'streams', 'Streams the engine knows'),
  metric(
    'streams.overflowed.items',
    'counter',
    '{record}',
    'streamsOverflowed',
    'Records of streams beyond engine.maxStreams',
  ),
  metric(
    'templates.evictions',
    'counter',
    '{template}',
    'templatesEvicted',
    'Templates evicted because a stream had too many',
  ),
  metric(
    'templates.uncatalogued',
    'counter',
    '{template}',
    'catalogueDropped',
    'Changes of templates left out of the catalogue on disk: too many between two checkpoints',
  ),
  metric(
    'templates.forgotten',
    'counter',
    '{template}',
    'templatesForgotten',
    'Templates deleted from the disk because of store.maxTemplateRows',
  ),
  metric(
    'examples.dropped',
    'counter',
    '{line}',
    'examplesDropped',
    'Example lines not kept because a stream had too many bytes of them',
  ),
  metric(
    'parameters.dropped',
    'counter',
    '{slot}',
    'parametersDropped',
    'Parameters of templates that are not watched because a stream had too many',
  ),
  metric(
    'actors.evictions',
    'counter',
    '{actor}',
    'actorsEvicted',
    'Addresses and accounts followed no longer because a stream had too many',
  ),
  metric('sessions.ended', 'counter', '{session}', 'sessions', 'Sessions that have ended and were judged'),
  metric(
    'sessions.evictions',
    'counter',
    '{session}',
    'sessionsEvicted',
    'Sessions ended early because a stream had too many open',
  ),
  metric('windows.closed', 'counter', '{window}', 'windows', 'Windows closed since the start'),
  metric(
    'budget.episodes',
    'counter',
    '{episode}',
    'episodes',
    'Episodes of anomalies: an upper bound of the false ones',
  ),
  metric('budget.watched', 'counter', 'ms', 'watchedMs', 'Event time watched, over all streams'),
  metric('drifts.found', 'counter', '{drift}', 'drifts', 'Drifts found: what a stream is like has changed'),
  metric(
    'correlations.found',
    'counter',
    '{drift}',
    'correlationsFound',
    'Services found that no longer move with another one, since the start',
  ),
  metric(
    'correlations.late',
    'counter',
    '{window}',
    'correlationsLate',
    'Windows that came too late to be held against those of other services',
  ),
  metric(
    'correlations.unwatched',
    'gauge',
    '{stream}',
    'correlationsUnwatched',
    'Streams not held against others of their tenant because there are too many',
  ),
  metric(
    'engine.outputs.dropped',
    'counter',
    '{output}',
    'outputsDropped',
    'Outputs dropped: those before were not taken',
  ),
  metric('anomalies.found', 'counter', '{anomaly}', 'anomalies', 'Anomalies found since the start'),
  metric(
    'gaps.found',
    'counter',
    '{gap}',
    'gaps',
    'Gaps reported since the start: records there may be missing from all counts',
  ),
  metric(
    'checkpoint.age',
    'gauge',
    's',
    'checkpointAgeSeconds',
    'Age of the oldest of the last checkpoints: what a crash would lose',
  ),
  metric('store.queue.usage', 'gauge', '{row}', 'storeQueued', 'Rows waiting for the disk'),
  metric('store.queue.limit', 'gauge', '{row}', 'storeQueuedLimit', 'Most of these (store.maxQueuedRows)'),
  metric('store.written', 'counter', '{row}', 'storeWritten', 'Rows written'),
  metric('store.dropped', 'counter', '{row}', 'storeDropped', 'Rows dropped because too many waited for the disk'),
  metric(
    'store.failures',
    'counter',
    '{transaction}',
    'storeFailures',
    'Transactions that failed and were tried again',
  ),
  metric('store.expired', 'counter', '{row}', 'storeExpired', 'Rows deleted because their time was over'),
  metric('kafka.messages', 'counter', '{message}', 'kafkaMessages', 'Messages from Kafka that the engine has taken'),
  metric(
    'kafka.malformed',
    'counter',
    '{message}',
    'kafkaMalformed',
    'Messages from Kafka that are no OTLP logs, or that ended an engine thread again and again: passed over',
  ),
  metric(
    'kafka.missed',
    'counter',
    '{message}',
    'kafkaMissed',
    'Offsets that never came: deleted before they were read, read by another backend, or no messages',
  ),
  metric('kafka.partitions', 'gauge', '{partition}', 'kafkaPartitions', 'Partitions this backend reads'),
  metric('kafka.lag', 'gauge', '{message}', 'kafkaLag', 'Messages in them that the engine has not taken'),
  metric('kafka.failures', 'counter', '{session}', 'kafkaFailures', 'Times that reading from Kafka broke off'),
];

/** A logger that writes JSON lines to standard error; each line has a stable `event` name. */
export function createLogger(level: string): Logger {
  return serviceLogger('scoring-backend', level);
}

export class Telemetry {
  readonly #prometheus = new PrometheusText();

  constructor(read: () => Readings) {
    const meter = this.#prometheus.meter('seismo.scoring-backend');
    const instruments = METRICS.map((metric) => {
      const options = { unit: metric.unit, description: metric.meaning };
      const instrument =
        metric.kind === 'counter'
          ? meter.createObservableCounter(metric.name, options)
          : meter.createObservableGauge(metric.name, options);
      return { metric, instrument };
    });
    meter.addBatchObservableCallback(
      (result) => {
        const readings = read();
        for (const { metric, instrument } of instruments) result.observe(instrument, readings[metric.reading]);
      },
      instruments.map(({ instrument }) => instrument),
    );
  }

  /** All metrics as Prometheus text. */
  text(): Promise<string> {
    return this.#prometheus.text();
  }

  close(): Promise<void> {
    return this.#prometheus.close();
  }
}
