/**
 * A whole relay with verdicts beside the real Collector's pass-through: the same batches, the same sink, in turn.
 * CPU time of the server process per record, its threads included. Between the two, what receiving, mining and annotating
 * cost without detectors and without a next hop.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBatches } from '../../otel-processor/bench/batches.ts';
import { type BenchRow, benchRow, median } from '../../otel-processor/bench/measure.ts';
import { collectorPath, freePort, runCollector } from '../test/collector/collector.ts';
import { startSeismo } from '../test/collector/seismo.ts';
import { processCpuNs } from './process-cpu.ts';
import { Load, startSink } from './relay-load.ts';

const BATCHES = 128;
const RECORDS = 1000;
const ROUNDS = 5;
/** A service runs for weeks: what is measured is the code that the compiler has done with, some thousand requests later. */
const WARM_UP_S = 20;
const ROUND_S = 4;
const FLOOR = 0.7;

/** A server under test: where it listens and which process it is. */
interface Relay {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export async function run(): Promise<BenchRow[]> {
  if (process.platform !== 'linux') return [];
  const folder = mkdtempSync(join(tmpdir(), 'seismo-bench-'));
  const sink = await startSink();
  const load = new Load(makeBatches({ count: BATCHES, records: RECORDS }).map((batch) => batch.bytes));
  const relays: Relay[] = [];
  try {
    relays.push(await seismoRelay(folder, sink.port));
    relays.push(await mineAndSplice());
    if (existsSync(collectorPath())) relays.push(await passThrough(folder, sink.port));
    return await inTurn(relays, load);
  } finally {
    await Promise.all(relays.map((relay) => relay.stop()));
    load.close();
    sink.close();
    rmSync(folder, { recursive: true });
  }
}

/** Rounds alternate between the servers, so that a change of the machine's speed hits both. */
async function inTurn(relays: readonly Relay[], load: Load): Promise<BenchRow[]> {
  const samples = new Map(relays.map((relay) => [relay, [] as number[]]));
  for (const relay of relays) await load.send(relay.url, WARM_UP_S);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [relay, values] of samples) {
      const before = processCpuNs(relay.pid);
      const records = await load.send(relay.url, ROUND_S);
      values.push((processCpuNs(relay.pid) - before) / records);
    }
  }
  return [...samples].map(([relay, values], index) =>
    benchRow(
      { name: relay.name, unit: 'record', units: 1, ...(index === 0 ? { floor: FLOOR } : {}) },
      median(values),
      ROUNDS,
    ),
  );
}

async function seismoRelay(folder: string, sinkPort: number): Promise<Relay> {
  const seismo = await startSeismo(folder, ['--forward', `http://127.0.0.1:${sinkPort}`]);
  return { name: 'relay with verdicts', url: `${seismo.otlpHttp}/v1/logs`, pid: seismo.pid, stop: () => seismo.stop() };
}

async function mineAndSplice(): Promise<Relay> {
  const script = join(import.meta.dirname, 'mine-and-splice.ts');
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const url = await new Promise<string>((listening) =>
    child.stdout.once('data', (line) => listening(`${line}`.trim())),
  );
  const stop = (): Promise<void> => (child.kill(), ended);
  return { name: 'HTTP in + mine + splice', url: `${url}/v1/logs`, pid: child.pid ?? 0, stop };
}

async function passThrough(folder: string, sinkPort: number): Promise<Relay> {
  const [http, health] = [await freePort(), await freePort()];
  const config = join(folder, 'pass-through.yaml');
  writeFileSync(
    config,
    `extensions: { health_check: { endpoint: 127.0.0.1:${health} } }
receivers: { otlp: { protocols: { http: { endpoint: 127.0.0.1:${http} } } } }
exporters:
  otlp_http:
    logs_endpoint: http://127.0.0.1:${sinkPort}/v1/logs
    compression: none
    sending_queue: { enabled: false }
service:
  extensions: [health_check]
  telemetry: { metrics: { level: none } }
  pipelines: { logs: { receivers: [otlp], exporters: [otlp_http] } }
`,
  );
  const collector = await runCollector(config, { SEISMO_HEALTH_ENDPOINT: `127.0.0.1:${health}` });
  const url = `http://127.0.0.1:${http}/v1/logs`;
  return { name: 'Collector otlp → otlp_http', url, pid: collector.pid, stop: () => collector.stop() };
}
