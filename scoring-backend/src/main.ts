/**
 * The backend as a whole: `startBackend` builds and starts store, engine threads and HTTP API, inside a program or, when
 * this file is the main module, as a process of its own (run-command.ts).
 */
import { pathToFileURL } from 'node:url';
import type { AddressInfo } from 'node:net';
import type { Reloaded } from '@seismo/otel-processor/config-reload';
import { ConfigError } from '@seismo/otel-processor/errors';
import { ApiDoors } from './api/api-doors.ts';
import { apiServer } from './api/server.ts';
import type { ReadyResponse } from './api/types.ts';
import { webPage } from './api/web-page.ts';
import type { WebPage } from './api/web-page.ts';
import { defaultWorkers } from './config.ts';
import type { BackendConfig } from './config.ts';
import { Correlations } from './correlations.ts';
import type { Anomaly, EngineCounters, WindowVerdict } from './engine/outputs.ts';
import { EngineThreads } from './engine/partition.ts';
import { engineSettings } from './engine/settings.ts';
import { messageOf, SeismoError } from './errors.ts';
import { Outlet } from './outlet.ts';
import { reloading } from './reload.ts';
import { runCommand } from './run-command.ts';
import { KafkaSource } from './sources/kafka.ts';
import { Redaction } from './sources/redaction.ts';
import { Store } from './store/store.ts';
import type { StoreReader } from './store/store.ts';
import { createLogger, Telemetry } from './telemetry.ts';
import type { Logger, Readings } from './telemetry.ts';

/** A backend that runs. */
export interface Backend {
  /** Where the HTTP API listens: `http://127.0.0.1:7347`. */
  readonly url: string;
  /** The web page at `url`, or why it is not there; `undefined` when none was asked for. */
  readonly page: WebPage | undefined;
  /** The engine threads, as a processor in the same process uses them. */
  readonly scorer: EngineThreads;
  /** Questions to what is kept. */
  readonly store: StoreReader;
  /** Calls `listener` for every anomaly as it is found; the answer unsubscribes. */
  onAnomaly(listener: (anomaly: Anomaly) => void): () => void;
  /** Calls `listener` for every closed window; the answer unsubscribes. */
  onWindow(listener: (window: WindowVerdict) => void): () => void;
  /** Counters of all engines, summed, as of their last report (each tick). */
  counters(): EngineCounters;
  /** Settles when everything taken so far is scored, told to the listeners and on disk. */
  settled(): Promise<void>;
  /** All metrics as Prometheus text. */
  metrics(): Promise<string>;
  /** Has another part of this process tell its metrics (Prometheus text) behind ours; the answer ends that. */
  addMetrics(text: () => Promise<string>): () => void;
  /**
   * Reads the configuration again and puts into force what may change now (`reload` in the README's table). When it is
   * wrong, all stays as it was.
   */
  reload(read: () => BackendConfig): Reloaded;
  /** Takes nothing new, finishes what is in work, checkpoints, closes the store. */
  close(): Promise<void>;
}

type KafkaMetrics = Pick<
  Readings,
  'kafkaMessages' | 'kafkaMalformed' | 'kafkaMissed' | 'kafkaPartitions' | 'kafkaLag' | 'kafkaFailures'
>;

type CorrelationMetrics = ReturnType<Correlations['readings']>;

/** How long shutting down waits for the last checkpoint and the last rows, each, ms. */
const CLOSE_GRACE_MS = 10_000;

/**
 * Starts a backend.
 * @throws ConfigError; SeismoError PORT_IN_USE, DATA_DIR_IN_USE, STORE_DAMAGED, STORE_UNAVAILABLE
 * @example const backend = await startBackend(backendConfig({ port: 0, dataDir: '/tmp/seismo' }))
 */
export async function startBackend(
  config: BackendConfig,
  log: Logger = createLogger(config.logLevel),
): Promise<Backend> {
  const store = await Store.open(config.dataDir, config.store, (error) =>
    log.error({ event: 'store.write.failed', err: error }, 'a write to the store failed'),
  );
  const stops: (() => Promise<unknown>)[] = [() => store.close(CLOSE_GRACE_MS)];
  let closed: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.reverse()) await stop();
  };
  const close = (): Promise<void> => (closed ??= stopAll());
  const more = new Set<() => Promise<string>>();
  try {
    const doors = new ApiDoors(config, log);
    stops.push(async () => doors.close());
    const redaction = new Redaction(config);
    const outlet = new Outlet(store, log);
    const correlations = await Correlations.begin(config, store, outlet, log);
    stops.push(() => correlations.close());
    const engine = await startEngine(config, store, outlet, correlations, log);
    stops.push(() => engine.close(CLOSE_GRACE_MS));
    const kafka = kafkaSource(config, engine, redaction, log);
    const telemetry = new Telemetry(() => ({
      ...readings(config, engine, store, outlet),
      ...correlations.readings(),
      ...kafkaReadings(kafka),
      redacted: redaction.replaced,
    }));
    stops.push(() => telemetry.close());
    const metrics = async (): Promise<string> =>
      (await Promise.all([telemetry.text(), ...[...more].map((text) => text())])).join('\n');
    const page = webPage(config.webDir);
    const pageFolder = page !== undefined && 'folder' in page ? page.folder : undefined;
    if (page !== undefined && 'missing' in page)
      log.warn({ event: 'backend.page.missing', reason: page.missing }, 'the web page is not served');
    const app = apiServer({
      ...{ engine, store, doors, redaction, log, maxRequestBytes: config.maxRequestBytes },
      maxQueuedBytes: config.engine.maxQueuedBytes,
      keptMs: (sizeMs) => keptMs(config, sizeMs),
      ready: () => readiness(engine, store),
      ...{ metrics, pageFolder },
    });
    stops.push(() => app.close());
    await listen(() => app.listen({ host: config.host, port: config.port }), config);
    const { port } = app.server.address() as AddressInfo;
    const url = `${doors.tls === undefined ? 'http' : 'https'}://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    kafka?.start();
    if (kafka !== undefined) stops.push(() => kafka.close());
    log.info({ event: 'backend.started', url, dataDir: config.dataDir, threads: engine.state().workers }, 'listening');
    return {
      ...{ url, page, store, scorer: engine, close },
      onAnomaly: (listener) => outlet.subscribe(outlet.anomalyListeners, listener),
      onWindow: (listener) => outlet.subscribe(outlet.windowListeners, listener),
      counters: () => engine.counters(),
      settled: async () => {
        await engine.settled();
        await correlations.settled();
        await store.flushed();
      },
      metrics,
      reload: reloading(config, [doors, redaction], log),
      addMetrics: (text) => {
        more.add(text);
        return () => void more.delete(text);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startEngine(
  config: BackendConfig,
  store: Store,
  outlet: Outlet,
  correlations: Correlations,
  log: Logger,
): Promise<EngineThreads> {
  const { workers: wanted, ...rest } = config.engine;
  const workers = await threadsFor(wanted, store, log);
  correlations.expect(workers);
  const { detectorsOff, windowModels, budgetPerWeek, latenessMs, idleLatenessMs, maxStreams, maxTemplates } = rest;
  const {
    sessionAttribute = '',
    sessionPattern = '',
    sessionIdleMs,
    threshold,
    thresholdScore,
    thresholdQuantile,
  } = rest;
  return EngineThreads.start({
    ...rest,
    workers,
    names: config.attributes,
    replays: config.sources.kafka.brokers.length > 0,
    settings: engineSettings({
      ...{ detectorsOff, windowModels, budgetPerWeek, latenessMs, idleLatenessMs, maxStreams, maxTemplates },
      ...{ sessionAttribute, sessionPattern, sessionIdleMs, threshold, thresholdScore, thresholdQuantile },
    }),
    keeper: store,
    onOutputs: (outputs, thread, input) => {
      outlet.take(outputs);
      correlations.take(outputs, thread, input);
    },
    onTrouble: (event, detail) => log.error({ event: `backend.${event}`, detail }, 'trouble with an engine thread'),
  });
}

/** Undefined: nothing is read from Kafka. @throws ConfigError */
function kafkaSource(
  config: BackendConfig,
  engine: EngineThreads,
  redaction: Redaction,
  log: Logger,
): KafkaSource | undefined {
  const { kafka } = config.sources;
  const { slots, slotBytes, tickMs } = config.engine;
  if (kafka.brokers.length === 0) return undefined;
  try {
    return new KafkaSource({ config: kafka, engine, redaction, slots, slotBytes, tickMs, log });
  } catch (cause) {
    throw new ConfigError([`sources.kafka: ${messageOf(cause)}`], { cause });
  }
}

/** A stream belongs to a thread by its hash, so a data directory stays with the number of threads it began with. */
async function threadsFor(wanted: number, store: Store, log: Logger): Promise<number> {
  const begun = await store.partitions();
  if (begun === undefined) return wanted === 0 ? defaultWorkers() : wanted;
  if (wanted !== 0 && wanted !== begun)
    throw new ConfigError([
      `engine.workers must be ${begun} (or 0) for this data directory, which was begun with ${begun}, got ${wanted}`,
    ]);
  if (wanted === 0 && begun !== defaultWorkers())
    log.info(
      { event: 'backend.threads.kept', threads: begun },
      'the data directory keeps its number of engine threads',
    );
  return begun;
}

async function listen(start: () => Promise<unknown>, { host, port }: BackendConfig): Promise<void> {
  try {
    await start();
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'EADDRINUSE') throw cause;
    throw new SeismoError('PORT_IN_USE', `port ${port} of ${host} is taken; choose another one with --port`, { cause });
  }
}

function readiness(engine: EngineThreads, store: Store): ReadyResponse {
  const { running, workers } = engine.state();
  return { ready: store.healthy && running === workers, store: store.healthy, workers: { running, expected: workers } };
}

function keptMs({ store }: BackendConfig, sizeMs: number): number {
  if (sizeMs === 30_000) return store.keepWindows30sMs;
  return sizeMs === 60_000 ? store.keepWindows1mMs : store.keepWindows5mMs;
}

function kafkaReadings(kafka: KafkaSource | undefined): KafkaMetrics {
  const readings = kafka?.readings();
  return {
    kafkaMessages: readings?.messages ?? 0,
    kafkaMalformed: readings?.malformed ?? 0,
    kafkaMissed: readings?.missed ?? 0,
    kafkaPartitions: readings?.partitions ?? 0,
    kafkaLag: readings?.lag ?? 0,
    kafkaFailures: readings?.failures ?? 0,
  };
}

function readings(
  config: BackendConfig,
  engine: EngineThreads,
  store: Store,
  outlet: Outlet,
): Omit<Readings, 'redacted' | keyof CorrelationMetrics | keyof KafkaMetrics> {
  const { running, checkpointedMs, ...state } = engine.state();
  const kept = store.counters();
  return {
    ...engine.counters(),
    ...state,
    threads: running,
    queuedBytesLimit: config.engine.maxQueuedBytes,
    checkpointAgeSeconds: checkpointedMs === undefined ? 0 : (Date.now() - checkpointedMs) / 1000,
    windows: outlet.windows,
    anomalies: outlet.anomalies,
    gaps: outlet.gaps,
    storeQueued: kept.queued,
    storeQueuedLimit: config.store.maxQueuedRows,
    storeWritten: kept.written,
    storeDropped: kept.dropped,
    storeFailures: kept.failures,
    storeExpired: kept.expired,
    templatesForgotten: kept.templatesForgotten,
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = await runCommand(process.argv.slice(2), startBackend);
