/**
 * The processor as a whole: `startProcessor` builds and starts it, inside a program or, when this file is the main
 * module, as a process of its own: configuration → build → start → signals.
 */
import { pathToFileURL } from 'node:url';
import type { ProcessorConfig } from './config.ts';
import { withoutCredentials } from './config-show.ts';
import { StartError } from './errors.ts';
import { RemoteScorer } from './forward/remote-scorer.ts';
import type { Scorer } from './forward/scorer.ts';
import { refuseOwnListener } from './loop-guard.ts';
import type { Listener } from './loop-guard.ts';
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
  const used = scorer ?? remoteScorer(config, telemetry);
  const pipeline = new Pipeline(config, used, telemetry, log);
  const intake = new MessageIntake({
    ...config,
    tenantHeader: config.tenantHeader.toLowerCase(),
    process: (request) => pipeline.process(request),
    telemetry,
    log,
  });
  const stops: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
    pipeline.close();
    if (scorer === undefined) await used.close();
    await telemetry.close();
  };
  try {
    const receivers = { otlpHttpPort: new HttpReceiver(intake), otlpGrpcPort: new GrpcReceiver(intake) };
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
            serveMetrics(config.host, config.metricsPort, () => telemetry.text()),
          );
    if (metrics !== undefined) stops.push(() => metrics.close());
    const [httpUrl, grpcUrl] = listeners.map(({ port }) => `http://${bracketed(config.host)}:${port}`);
    sayStarted(config, log, { http: httpUrl, grpc: grpcUrl });
    return {
      httpUrl,
      grpcUrl,
      metricsUrl: metrics?.url,
      stats: () => statsOf(telemetry),
      metrics: () => telemetry.text(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function remoteScorer(config: ProcessorConfig, telemetry: Telemetry): Scorer {
  const { endpoint, timeoutMs, abandonMs, breakerFailures, breakerPauseMs } = config.scoring;
  const breaker = { failures: breakerFailures, pauseMs: breakerPauseMs };
  const scorer = new RemoteScorer({ endpoint, slowMs: timeoutMs, abandonMs: Math.max(abandonMs, timeoutMs), breaker });
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
  const next = forwarding ? withoutCredentials(logsUrl(url).href) : 'nowhere';
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
    unscored: status('timeout') + status('backend_unavailable') + status('backend_error') + status('overloaded'),
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
