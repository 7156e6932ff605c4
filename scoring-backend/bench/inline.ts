/**
 * The inline pass of the processor (decode, redact, annotate, forward; the scorer is a stub) beside the real Collector:
 * its pass-through, and its redaction processor with the same kinds of patterns and a transform of three attributes.
 * The same batches, the same sink, in turn; CPU time of the server process per record.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBatches } from '../../otel-processor/bench/batches.ts';
import type { FigureRow } from '../../otel-processor/bench/figure.ts';
import type { BenchRow } from '../../otel-processor/bench/measure.ts';
import { collectorPath } from '../test/collector/collector.ts';
import { cpuInTurn } from './cpu-in-turn.ts';
import { Load, startSink } from './relay-load.ts';
import { passThrough, stubbedProcessor } from './servers.ts';
import type { Server } from './servers.ts';

const BATCHES = 128;
const RECORDS = 1000;
const INLINE = 'inline pass, default redaction, stub scorer';
const PASS_THROUGH = 'Collector otlp → otlp_http';
const SAME_WORK = 'Collector otlp → redaction + transform → otlp_http';
const ROUNDS = {
  rounds: 12,
  warmUpSeconds: 8,
  leadInSeconds: 0.5,
  roundSeconds: 1.5,
  floors: { [INLINE]: 0.8 },
  shares: [
    { of: INLINE, beside: PASS_THROUGH, limit: 0.5 },
    { of: INLINE, beside: SAME_WORK, limit: 0.1 },
  ],
};

export async function run(): Promise<(BenchRow | FigureRow)[]> {
  if (process.platform !== 'linux') return [];
  const folder = mkdtempSync(join(tmpdir(), 'seismo-bench-'));
  const sink = await startSink();
  const load = new Load(makeBatches({ count: BATCHES, records: RECORDS }).map((batch) => batch.bytes));
  const servers: Server[] = [];
  try {
    servers.push(await stubbedProcessor(INLINE, sink.port));
    servers.push(await stubbedProcessor('inline pass, no redaction, stub scorer', sink.port, ['no-redaction']));
    if (existsSync(collectorPath())) {
      servers.push(await passThrough(PASS_THROUGH, folder, sink.port));
      const processors = { ids: ['redaction', 'transform'], settings: SETTINGS };
      servers.push(await passThrough(SAME_WORK, folder, sink.port, processors));
    }
    return await cpuInTurn(servers, ROUNDS, ({ httpUrl }, seconds) => load.send(`${httpUrl}/v1/logs`, seconds));
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    load.close();
    sink.close();
    rmSync(folder, { recursive: true });
  }
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

const VALUES = PATTERNS.map((pattern) => `      - '${pattern.replaceAll("'", "''").replaceAll('$', '$$')}'\n`);

const SETTINGS = `processors:
  redaction:
    allow_all_keys: true
    summary: silent
    blocked_values:
${VALUES.join('')}
  transform:
    log_statements:
      - context: log
        statements:
          - set(attributes["anomaly.score"], 0.12)
          - set(attributes["anomaly.template.id"], "0123456789abcdef")
          - set(attributes["anomaly.is_anomaly"], false)`;
