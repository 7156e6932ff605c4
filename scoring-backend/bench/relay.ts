/**
 * A whole relay with verdicts beside the real Collector's pass-through: the same batches, the same sink, in turn.
 * CPU time of the server process per record, its threads included: as it is by default, without redaction, which the
 * Collector does not do either, and with the detectors of its first version alone. Beside them, what receiving, mining and
 * annotating cost without detectors and without a next hop.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBatches } from '../../otel-processor/bench/batches.ts';
import type { FigureRow } from '../../otel-processor/bench/figure.ts';
import type { BenchRow } from '../../otel-processor/bench/measure.ts';
import { collectorPath } from '../test/collector/collector.ts';
import { cpuInTurn } from './cpu-in-turn.ts';
import { Load, startSink } from './relay-load.ts';
import { passThrough, seismoRelay } from './servers.ts';
import type { Server } from './servers.ts';

const BATCHES = 128;
const RECORDS = 1000;
const RELAY = 'relay with verdicts';
const BARE = 'the same without redaction';
const FIRST = 'with novelty, rates and silence alone, without redaction';
const NOT_FIRST = 'figures,parameter-values,value-shift,sessions,unusual-windows,security,drift';
const NO_REDACTION = ['--redact-enabled', 'false'];
const PASS_THROUGH = 'Collector otlp → otlp_http';
const ROUNDS = {
  rounds: 12,
  /** A service runs for weeks: what is measured is code that the compiler has done with, some thousand requests later. */
  warmUpSeconds: 20,
  leadInSeconds: 0.5,
  roundSeconds: 1.5,
  /** 1.6 us a record with all that is done by default, and what was promised of the first detectors. */
  floors: { [RELAY]: 0.625, [FIRST]: 0.7 },
  shares: [{ of: FIRST, beside: PASS_THROUGH, limit: 0.6 }],
};

export async function run(): Promise<(BenchRow | FigureRow)[]> {
  if (process.platform !== 'linux') return [];
  const folder = mkdtempSync(join(tmpdir(), 'seismo-bench-'));
  const sink = await startSink();
  const load = new Load(makeBatches({ count: BATCHES, records: RECORDS }).map((batch) => batch.bytes));
  const relays: Server[] = [];
  try {
    relays.push(await seismoRelay(RELAY, folder, sink.port));
    relays.push(await seismoRelay(BARE, folder, sink.port, NO_REDACTION));
    relays.push(await seismoRelay(FIRST, folder, sink.port, [...NO_REDACTION, '--engine-detectors-off', NOT_FIRST]));
    relays.push(await mineAndSplice());
    if (existsSync(collectorPath())) relays.push(await passThrough(PASS_THROUGH, folder, sink.port));
    return await cpuInTurn(relays, ROUNDS, ({ httpUrl }, seconds) => load.send(`${httpUrl}/v1/logs`, seconds));
  } finally {
    await Promise.all(relays.map((relay) => relay.stop()));
    load.close();
    sink.close();
    rmSync(folder, { recursive: true });
  }
}

async function mineAndSplice(): Promise<Server> {
  const script = join(import.meta.dirname, 'mine-and-splice.ts');
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const url = await new Promise<string>((listening) =>
    child.stdout.once('data', (line) => listening(`${line}`.trim())),
  );
  const stop = (): Promise<void> => (child.kill(), ended);
  return { name: 'HTTP in + mine + splice', httpUrl: url, grpcUrl: '', pid: child.pid ?? 0, stop };
}
