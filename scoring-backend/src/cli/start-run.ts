/** Runs `seismo start`: opens the doors, lets the demo take its course, and closes everything in the reverse order. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessorConfig } from '@seismo/otel-processor/config';
import type { Reloaded } from '@seismo/otel-processor/config-reload';
import { onConfigChange } from '@seismo/otel-processor/config-watch';
import { ConfigError } from '@seismo/otel-processor/errors';
import { startProcessor } from '@seismo/otel-processor/main';
import type { Processor } from '@seismo/otel-processor/main';
import { createLogger } from '@seismo/otel-processor/telemetry';
import { startTelemetryExport } from '@seismo/otel-processor/telemetry-export';
import { faultNamed, FAULTS } from '../demo/faults.ts';
import { DemoShop } from '../demo/demo-shop.ts';
import type { Anomaly } from '../engine/outputs.ts';
import { messageOf } from '../errors.ts';
import { startBackend, type Backend } from '../main.ts';
import { DemoCourse } from './demo-course.ts';
import { WrongUsage } from './exit-codes.ts';
import { freeOrAny, refuseTaken, type WantedPort } from './free-ports.ts';
import { jsonNarrator } from './json-narrator.ts';
import type { Doors, Narrator } from './narrator.ts';
import { ProgressCounter } from './progress-counter.ts';
import { configText, startConfig, type StartConfig } from './start-config.ts';
import type { StartOptions } from './start-options.ts';
import { stopSignal } from './stop-signal.ts';
import type { Terminal } from './terminal.ts';
import { textNarrator } from './text-narrator.ts';
import { version } from './version.ts';

const DEMO_STATUS_EVERY_MS = 30_000;
const STATUS_EVERY_MS = 300_000;
/** Windows of several sizes close together: what they show is told together. In ms. */
const TOGETHER_MS = 250;
/** Ten visits a second make about 27 log records. */
const VISITS_PER_SECOND = 10;
const DEMO_SEED = 20_260_401;

/** @returns false when `--exit-after-found` waited in vain */
export async function runStart(options: StartOptions, terminal: Terminal): Promise<boolean> {
  if (!options.demo && (options.fault !== undefined || options.exitAfterFound))
    throw new WrongUsage('--fault and --exit-after-found are for the demo, which --no-demo switches off');
  const stop = stopSignal();
  const narrator = options.json ? jsonNarrator(terminal, Date.now) : textNarrator(terminal, version(), Date.now);
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const settings = startConfig(options, process.env);
    if (settings.only !== undefined) {
      terminal.print(settings.only === 'print' ? configText(settings) : 'the configuration is valid');
      return true;
    }
    const demoData = await demoDataDir(options, settings, closers);
    const { config, moved } = await withPorts(settings, options);
    const dataDir = demoData ?? config.backend.dataDir;
    const telemetryExport = await startTelemetryExport('seismo', createLogger(config.processor.logLevel));
    closers.push(() => telemetryExport.close());
    const backend = await startBackend({ ...config.backend, dataDir });
    closers.push(() => backend.close());
    const processor = await startProcessor(withSpool(config.processor, dataDir), backend.scorer);
    closers.push(() => processor.close());
    const withdraw = backend.addMetrics(() => processor.metrics());
    closers.push(async () => withdraw());

    // What this run has of its own, ports that moved and the folder of its data, is no change of a setting.
    const again = (): Pick<StartConfig, 'processor' | 'backend'> => {
      const { processor: wanted, backend: rest } = startConfig(options, process.env);
      const { otlpHttpPort, otlpGrpcPort } = options.demo ? config.processor : wanted;
      const port = options.demo ? config.backend.port : rest.port;
      return {
        processor: withSpool({ ...wanted, otlpHttpPort, otlpGrpcPort }, dataDir),
        backend: { ...rest, port, dataDir: demoData ?? rest.dataDir },
      };
    };
    const unwatch = onConfigChange(settings.file, config.processor.tls.reloadMs, () =>
      narrator.reloaded(reloadBoth(again, processor, backend)),
    );
    closers.push(async () => unwatch());

    const counter = new ProgressCounter(backend);
    const course = new DemoCourse(narrator, Date.now);
    let together: Anomaly[] = [];
    backend.onAnomaly((anomaly) => {
      if (together.push(anomaly) === 1)
        setTimeout(() => {
          narrator.anomalies(together);
          together = [];
        }, TOGETHER_MS);
      course.see(anomaly);
    });
    narrator.started({
      httpUrl: processor.httpUrl,
      grpcUrl: processor.grpcUrl,
      apiUrl: backend.url,
      page: pageOf(backend),
      dataDir,
      forwardUrl: onwardUrl(config.processor),
      moved: moved([processor.httpUrl, processor.grpcUrl, backend.url]),
    });
    closers.push(everySoOften(counter, narrator, options.demo ? DEMO_STATUS_EVERY_MS : STATUS_EVERY_MS));
    if (!options.demo) {
      await stop.aborted;
      return true;
    }
    const logsUrl = `${processor.httpUrl}/v1/logs`;
    const shop = await DemoShop.open({ logsUrl, seed: DEMO_SEED, visitsPerSecond: VISITS_PER_SECOND });
    closers.push(() => shop.close());
    narrator.shopOpened(options.faultAfter);
    const found = await course.run(
      shop,
      { faults: rotation(options.fault), calmMs: options.faultAfter * 1000, onlyFirst: options.exitAfterFound },
      stop.signal,
    );
    return found || !options.exitAfterFound;
  } finally {
    if (closers.length > 0) narrator.stopping();
    for (const close of closers.reverse()) await close();
    stop.release();
  }
}

/** Both halves from one reading; when it is wrong for one of them, or cannot be read, that is told and nothing else. */
function reloadBoth(
  read: () => Pick<StartConfig, 'processor' | 'backend'>,
  processor: Processor,
  backend: Backend,
): Reloaded {
  let wanted: Pick<StartConfig, 'processor' | 'backend'>;
  try {
    wanted = read();
  } catch (error) {
    return { now: [], afterRestart: [], problems: error instanceof ConfigError ? error.problems : [messageOf(error)] };
  }
  const halves = { processor: processor.reload(() => wanted.processor), backend: backend.reload(() => wanted.backend) };
  const told = (of: keyof Reloaded): string[] =>
    Object.entries(halves).flatMap(([half, reloaded]) => reloaded[of].map((line) => `${half}.${line}`));
  return { now: told('now'), afterRestart: told('afterRestart'), problems: told('problems') };
}

/** Where records go on to, as a URL. */
function onwardUrl({ mode, forward, kafka }: ProcessorConfig): string | undefined {
  return mode === 'kafka' ? `kafka://${kafka.brokers.join(',')}/${kafka.topic}` : forward.url;
}

/** What goes on without a score waits in the data directory, where no other folder is set. */
function withSpool(config: ProcessorConfig, dataDir: string): ProcessorConfig {
  const { spool } = config.scoring;
  return { ...config, scoring: { ...config.scoring, spool: { ...spool, dir: spool.dir ?? join(dataDir, 'spool') } } };
}

function pageOf({ url, page }: Backend): Doors['page'] {
  if (page === undefined) return { missing: 'none here: npm start builds one, and --web-dir DIR names its folder' };
  return 'folder' in page ? { url: `${url}/` } : page;
}

/** The faults in their order, beginning with the one asked for. */
function rotation(first: string | undefined): typeof FAULTS {
  const fault = faultNamed(first ?? '');
  const at = fault === undefined ? 0 : FAULTS.indexOf(fault);
  return [...FAULTS.slice(at), ...FAULTS.slice(0, at)];
}

/** With the demo and without a data directory in the settings a new folder, removed at the end. */
async function demoDataDir(
  { demo }: StartOptions,
  { dataDirGiven }: StartConfig,
  closers: (() => Promise<unknown>)[],
): Promise<string | undefined> {
  if (!demo || dataDirGiven) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'seismo-demo-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  // Also when it ends in haste: by a second Ctrl-C, or because its reader has gone.
  process.once('exit', remove);
  closers.push(async () => remove());
  return folder;
}

interface Ported {
  readonly config: Pick<StartConfig, 'processor' | 'backend'>;
  /** Which wanted ports became others, given the URLs that are listened on, in the order of the wanted ports. */
  moved(urls: readonly string[]): { purpose: string; wanted: number; got: number }[];
}

/** Without the demo a port that is taken is an error; with it another one is taken. */
async function withPorts(settings: StartConfig, options: StartOptions): Promise<Ported> {
  const { processor, backend } = settings;
  const wanted: WantedPort[] = [
    { purpose: 'OTLP/HTTP', flag: '--otlp-http-port', port: processor.otlpHttpPort },
    { purpose: 'OTLP/gRPC', flag: '--otlp-grpc-port', port: processor.otlpGrpcPort },
    { purpose: 'API', flag: '--api-port', port: backend.port },
  ];
  if (!options.demo) {
    await refuseTaken(processor.host, wanted);
    return { config: settings, moved: () => [] };
  }
  const [otlpHttpPort, otlpGrpcPort, port] = await freeOrAny(processor.host, wanted);
  return {
    config: { processor: { ...processor, otlpHttpPort, otlpGrpcPort }, backend: { ...backend, port } },
    moved: (urls) =>
      wanted
        .map(({ purpose, port: asked }, i) => ({ purpose, wanted: asked, got: Number(new URL(urls[i]).port) }))
        .filter((move) => move.wanted !== 0 && move.got !== move.wanted),
  };
}

function everySoOften(counter: ProgressCounter, narrator: Narrator, everyMs: number): () => Promise<void> {
  const timer = setInterval(() => void counter.read().then((progress) => narrator.progress(progress)), everyMs);
  return async () => clearInterval(timer);
}
