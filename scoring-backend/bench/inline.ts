/**
 * The inline pass of the processor (decode, redact, annotate, forward; the scorer is a stub) beside the real Collector:
 * its pass-through, and its redaction processor with the same kinds of patterns and a transform of three attributes.
 * The same batches, the same sink, in turn; CPU time of the server process per record.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeBatches } from '../../otel-processor/bench/batches.ts';
import { type BenchRow, benchRow, median } from '../../otel-processor/bench/measure.ts';
import { collectorPath, freePort, runCollector } from '../test/collector/collector.ts';
import { processCpuNs } from './process-cpu.ts';
import { Load, startSink } from './relay-load.ts';

const BATCHES = 128;
const RECORDS = 1000;
const ROUNDS = 5;
const WARM_UP_S = 4;
const ROUND_S = 4;
/** Records per second and core, in millions. */
const FLOOR = 0.8;

interface Server {
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
  const servers: Server[] = [];
  try {
    servers.push(await processor('inline pass, default redaction, stub scorer', sink.port, []));
    servers.push(await processor('inline pass, no redaction, stub scorer', sink.port, ['no-redaction']));
    if (existsSync(collectorPath())) {
      servers.push(await collector(folder, 'Collector otlp → otlp_http', sink.port, []));
      servers.push(
        await collector(folder, 'Collector otlp → redaction + transform → otlp_http', sink.port, [
          'redaction',
          'transform',
        ]),
      );
    }
    return await inTurn(servers, load);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    load.close();
    sink.close();
    rmSync(folder, { recursive: true });
  }
}

/** Rounds alternate between the servers, so that a change of the machine's speed hits all. */
async function inTurn(servers: readonly Server[], load: Load): Promise<BenchRow[]> {
  const samples = new Map(servers.map((server) => [server, [] as number[]]));
  for (const server of servers) await load.send(server.url, WARM_UP_S);
  for (let round = 0; round < ROUNDS; round++)
    for (const [server, values] of samples) {
      const before = processCpuNs(server.pid);
      const records = await load.send(server.url, ROUND_S);
      values.push((processCpuNs(server.pid) - before) / records);
    }
  return [...samples].map(([{ name }, values], index) =>
    benchRow({ name, unit: 'record', units: 1, ...(index === 0 ? { floor: FLOOR } : {}) }, median(values), ROUNDS),
  );
}

async function processor(name: string, sinkPort: number, flags: readonly string[]): Promise<Server> {
  const script = resolve(import.meta.dirname, '../../otel-processor/bench/inline-pass.ts');
  const args = [script, `http://127.0.0.1:${sinkPort}`, ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const url = await new Promise<string>((listening) =>
    child.stdout.once('data', (line) => listening(`${line}`.trim())),
  );
  const stop = (): Promise<void> => (child.kill(), ended);
  return { name, url: `${url}/v1/logs`, pid: child.pid ?? 0, stop };
}

/** What `redact.rules` looks for by default, as far as RE2 can say it: no check sums. */
const PATTERNS = [
  '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+',
  '\\b[2-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}([ -]?[0-9]{3})?\\b',
  '\\b[A-Z]{2}[0-9]{2}( ?[A-Z0-9]{4}){3,7}',
  '\\+[1-9][0-9 ().-]{7,20}[0-9]',
  '\\(?[2-9][0-9]{2}\\)?[ -][2-9][0-9]{2}-[0-9]{4}',
  'eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{4,}(\\.[A-Za-z0-9_-]+)?',
  '[Bb]earer +[A-Za-z0-9._~+/=-]{8,}',
  '\\b(gh[pousr]_|github_pat_|glpat-|[sr]k_(live|test)_|sk-|xox[abprs]-|npm_|AIza)[A-Za-z0-9_-]{10,}',
  '\\bA[KS]IA[A-Z0-9]{16}\\b',
  '-----BEGIN [A-Z ]*PRIVATE KEY-----',
  '://[^/?#@ :]*:[^/?#@ ]+@',
  '(?i)(password|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|authorization|credentials?|cookie)"? ?[:=] ?"?[^ ,;&"]+',
];

async function collector(
  folder: string,
  name: string,
  sinkPort: number,
  processors: readonly string[],
): Promise<Server> {
  const [http, health] = [await freePort(), await freePort()];
  const config = join(folder, `${processors.length}.yaml`);
  const values = PATTERNS.map((pattern) => `      - '${pattern.replaceAll("'", "''").replaceAll('$', '$$')}'`).join(
    '\n',
  );
  writeFileSync(
    config,
    `extensions: { health_check: { endpoint: 127.0.0.1:${health} } }
receivers: { otlp: { protocols: { http: { endpoint: 127.0.0.1:${http} } } } }
processors:
  redaction:
    allow_all_keys: true
    summary: silent
    blocked_values:
${values}
  transform:
    log_statements:
      - context: log
        statements:
          - set(attributes["anomaly.score"], 0.12)
          - set(attributes["anomaly.template.id"], "0123456789abcdef")
          - set(attributes["anomaly.is_anomaly"], false)
exporters:
  otlp_http:
    logs_endpoint: http://127.0.0.1:${sinkPort}/v1/logs
    compression: none
    sending_queue: { enabled: false }
service:
  extensions: [health_check]
  telemetry: { metrics: { level: none } }
  pipelines: { logs: { receivers: [otlp], processors: [${processors.join(', ')}], exporters: [otlp_http] } }
`,
  );
  const running = await runCollector(config, { SEISMO_HEALTH_ENDPOINT: `127.0.0.1:${health}` });
  return { name, url: `http://127.0.0.1:${http}/v1/logs`, pid: running.pid, stop: () => running.stop() };
}
