/**
 * The processor as a whole: `startProcessor` builds and starts it, inside a program or, when this file is the main
 * module, as a process of its own: configuration → build → start → signals.
 */
import { pathToFileURL } from 'node:url';
import { openAccess } from './access/access.ts';
import type { Access } from './access/access.ts';
import type { Outgoing } from './access/outgoing.ts';
import { CONFIG_FIELDS } from './config.ts';
import type { ProcessorConfig } from './config.ts';
import { changesBetween } from './config-reload.ts';
import type { Reloaded } from './config-reload.ts';
import { withoutCredentials } from './config-show.ts';
import { ConfigError, messageOf, StartError } from './errors.ts';
import { RemoteScorer } from './forward/remote-scorer.ts';
import type { Patience } from './forward/remote-scorer.ts';
import type { Scorer } from './forward/scorer.ts';
import { refuseOwnListener } from './loop-guard.ts';
import type { Listener } from './loop-guard.ts';
import { MemoryLimiter } from './memory-limiter.ts';
import { serveMetrics } from './metrics-server.ts';
import { logsUrl } from './otlp/exporter.ts';
import { GrpcReceiver } from './otlp/grpc-receiver.ts';
import { HttpReceiver } from './otlp/http-receiver.ts';
import { MessageIntake } from './otlp/message-intake.ts';
import { Pipeline } from './pipeline.ts';
import { runCommand } from './run-command.ts';
import { Telemetry, createLogger } from './telemetry.ts';
import type { Logger } from './telemetry.ts';

/** Sums since the start, in records. */
export interface ProcessorStats {
  /** Received and taken to an end. */
  readonly consumed: number;
  readonly scored: number;
  /** Passed on without a score, whatever the reason. */
  readonly unscored: number;
  /** Carried our mark already. */
  readonly looped: number;
  /** Scored again after a refusal, not learned again. */
  readonly repeated: number;
  /** Taken by the next hop. */
  readonly forwarded: number;
}

/** A processor that runs. */
export interface Processor {
  /** Bound base URLs, such as http://127.0.0.1:4318. */
  readonly httpUrl: string;
  readonly grpcUrl: string;
  /** Where /metrics is served; undefined when `metricsPort` is 0. */
  readonly metricsUrl: string | undefined;
  stats(): ProcessorStats;
  /** All metrics as Prometheus text, to be served by the program around it. */
  metrics(): Promise<string>;
  /**
   * Reads the configuration again and puts into force what may change now (`reload` in the README's table). The log says
   * what changed and what needs a restart. When it is wrong, all stays as it was, and the log says why.
   */
  reload(read: () => ProcessorConfig): Reloaded;
  /** Takes nothing new, finishes what is in work within `shutdownGraceMs`, closes everything. */
  close(): Promise<void>;
}

/**
 * Starts a processor.
 * @param scorer the one of a backend in the same process; without it the backend at `scoring.endpoint` is asked. The
 *   caller closes a scorer of its own.
 * @throws StartError when a port is taken or the next hop is the processor itself
 * @example const processor = await startProcessor(parseConfig({ otlpHttpPort: 0, otlpGrpcPort: 0 }))
 */
export async function startProcessor(
  config: ProcessorConfig,
  scorer?: Scorer,
  log: Logger = createLogger(config.logLevel),
): Promise<Processor> {
  const telemetry = new Telemetry();
  const access = openAccess(config, log);
  const used = scorer ?? remoteScorer(config, telemetry, access.scoring);
  const memory = new MemoryLimiter(config.memory, telemetry, log);
  const pipeline = new Pipeline(config, used, telemetry, log, access);
  const intake = new MessageIntake({
    ...config,
    access: access.doors,
    memory,
    tenantHeader: config.tenantHeader.toLowerCase(),
    process: (request) => pipeline.process(request),
    telemetry,
    log,
  });
  const stops: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
    await pipeline.close();
    access.close();
    memory.close();
    if (scorer === undefined) await used.close();
    await telemetry.close();
  };
  try {
    const { tls } = access.doors;
    const receivers = {
      otlpHttpPort: new HttpReceiver(intake, tls),
      otlpGrpcPort: new GrpcReceiver(intake, tls, config.keepalive),
    };
    const listeners: Listener[] = [];
    for (const [setting, receiver] of Object.entries(receivers) as ['otlpHttpPort', HttpReceiver][]) {
      const { address, port } = await bind(config, setting, () => receiver.listen(config.host, config[setting]));
      stops.push(() => receiver.close(config.shutdownGraceMs));
      listeners.push({ address, port, setting });
    }
    if (config.forward.url !== undefined) await refuseOwnListener(logsUrl(config.forward.url), listeners);
    const metrics =
      config.metricsPort === 0
        ? undefined
        : await bind(config, 'metricsPort', () =>
            serveMetrics(config.host, config.metricsPort, () => telemetry.text(), access.doors),
          );
    if (metrics !== undefined) stops.push(() => metrics.close());
    const [httpUrl, grpcUrl] = listeners.map(
      ({ port }) => `${tls === undefined ? 'http' : 'https'}://${bracketed(config.host)}:${port}`,
    );
    sayStarted(config, log, { http: httpUrl, grpc: grpcUrl });
    return {
      httpUrl,
      grpcUrl,
      metricsUrl: metrics?.url,
      stats: () => statsOf(telemetry),
      metrics: () => telemetry.text(),
      reload: reloading(config, { access, pipeline, scorer: used }, telemetry, log),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The parts of a processor that a changed configuration reaches. */
interface Reloadable {
  readonly access: Access;
  readonly pipeline: Pipeline;
  readonly scorer: Scorer;
}

function reloading(
  started: ProcessorConfig,
  { access, pipeline, scorer }: Reloadable,
  telemetry: Telemetry,
  log: Logger,
): Processor['reload'] {
  let running = started;
  return (read) => {
    try {
      const { config, now, afterRestart } = changesBetween(running, read(), CONFIG_FIELDS);
      const doors = access.doors.reload(config);
      try {
        pipeline.reload(config).commit();
      } catch (error) {
        doors.discard();
        throw error;
      }
      doors.commit();
      if (scorer instanceof RemoteScorer) scorer.patience = patienceOf(config);
      log.info(
        { event: 'config.reloaded', changed: now, needRestart: afterRestart },
        'the configuration was read again',
      );
      log.level = config.logLevel;
      running = config;
      telemetry.count('seismo.config.reloads', 1, { outcome: 'success' });
      return { now, afterRestart, problems: [] };
    } catch (error) {
      const problems = error instanceof ConfigError ? error.problems : [messageOf(error)];
      log.error({ event: 'config.reload.failed', problems }, 'the configuration is wrong: what was there before stays');
      telemetry.count('seismo.config.reloads', 1, { outcome: 'failure' });
      return { now: [], afterRestart: [], problems };
    }
  };
}

function patienceOf({ scoring }: ProcessorConfig): Patience {
  const { timeoutMs, abandonMs, breakerFailures, breakerPauseMs } = scoring;
  const breaker = { failures: breakerFailures, pauseMs: breakerPauseMs };
  return { slowMs: timeoutMs, abandonMs: Math.max(abandonMs, timeoutMs), breaker };
}

function remoteScorer(config: ProcessorConfig, telemetry: Telemetry, outgoing: Outgoing): Scorer {
  const { endpoint, headers } = config.scoring;
  const scorer = new RemoteScorer({ endpoint, headers, outgoing, ...patienceOf(config) });
  telemetry.gauge('seismo.scoring.breaker.open', () => (scorer.breakerOpen ? 1 : 0));
  return scorer;
}

/** Says which port is taken and which flag moves it. */
async function bind<T>(
  config: ProcessorConfig,
  setting: 'otlpHttpPort' | 'otlpGrpcPort' | 'metricsPort',
  listen: () => Promise<T>,
): Promise<T> {
  try {
    return await listen();
  } catch (cause) {
    const flag = `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be opened (${String(code)})`;
    throw new StartError(
      `port ${config[setting]} on ${config.host} ${why}: choose another with ${flag} (0: any free port)`,
      {
        cause,
      },
    );
  }
}

function sayStarted(config: ProcessorConfig, log: Logger, doors: Readonly<Record<string, string>>): void {
  const { url } = config.forward;
  const forwarding = url !== undefined && config.mode === 'inline';
  const onward = config.mode === 'kafka' ? `Kafka topic ${config.kafka.topic}` : 'nowhere';
  const next = forwarding ? withoutCredentials(logsUrl(url).href) : onward;
  log.info({ event: 'processor.started', ...doors, mode: config.mode, forward: next }, 'the processor takes logs');
  if (!forwarding && config.mode === 'inline')
    log.warn({ event: 'forward.none' }, 'no forward.url is set: records are scored and go nowhere');
}

function statsOf(telemetry: Telemetry): ProcessorStats {
  const status = (value: string): number => telemetry.total('seismo.record.status', value);
  const consumed = (outcome: string): number => telemetry.total('seismo.receiver.consumed.items', outcome);
  return {
    consumed: consumed('success') + consumed('refused'),
    scored: status('scored'),
    unscored:
      status('timeout') +
      status('backend_unavailable') +
      status('backend_error') +
      status('overloaded') +
      status('spooled'),
    looped: status('looped'),
    repeated: telemetry.total('seismo.scoring.repeated.items'),
    forwarded: telemetry.total('seismo.processor.produced.items', 'success'),
  };
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = await runCommand(process.argv.slice(2), startProcessor);
