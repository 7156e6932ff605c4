/**
 * What `seismo scan` costs per line, from the file to the last window: reading, unpacking, cutting into lines, times,
 * severities, templates, verdicts. A service of a hundred lines a second: of a quieter one the windows cost more than
 * the lines (bench `windows`).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { measure, type BenchRow } from '../../otel-processor/bench/measure.ts';
import { scanLogs } from '../src/cli/scan-run.ts';
import { openLogInput } from '../src/sources/log-input.ts';

const LINES = 500_000;
const STEP_MS = 10;
const START_MS = Date.UTC(2026, 2, 1, 8);

const KINDS: readonly ((i: number) => readonly [level: string, message: string])[] = [
  (i) => ['INFO', `request ${10_000 + i} served in ${20 + ((i * 7) % 130)} ms`],
  (i) => ['INFO', `cache hit for key k${i % 997}`],
  (i) => ['DEBUG', `connection ${i % 64} from 10.0.${i % 16}.${i % 250} opened`],
  (i) => ['INFO', `order ord-${i} placed by user u${(i * 37) % 991}`],
  (i) => ['WARN', `queue length ${i % 300} above limit 250`],
];

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'seismo-bench-scan-'));
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const plain = lines(([level, message], time) => `${time} ${level} ${message}`);
  const json = lines(([severity, message], timestamp) => JSON.stringify({ timestamp, severity, message }));
  const whole = lines(([severity, message], timestamp, i) =>
    JSON.stringify({
      ...{ timestamp, source: `host-${i % 3}`, service: 'checkout', severity, message },
      metadata: { environment: 'prod', namespace: 'shop', 'client.address': `10.0.0.${i % 200}`, attempts: i % 4 },
    }),
  );
  try {
    return [
      await scanned('scan: plain lines', file('plain.log', plain), 0.5),
      await scanned('scan: plain lines, gzip', file('plain.log.gz', gzipSync(plain)), 0.5),
      await scanned('scan: JSON lines', file('lines.json', json), 0.5),
      await scanned('scan: JSON lines, whole schema', file('whole.json', whole), 0.5),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function scanned(name: string, path: string, floor: number): Promise<BenchRow> {
  const options = { name, unit: 'line', units: LINES, rounds: 5, floor };
  const report = { anomaly: async () => {}, done: () => {} };
  const progress = { reading: () => {}, lines: () => {}, stop: () => {} };
  return measure(options, async () => scanLogs([await openLogInput(path)], report, progress));
}

function lines(format: (line: readonly [level: string, message: string], time: string, i: number) => string): string {
  let text = '';
  for (let i = 0; i < LINES; i++) {
    // Golden-ratio steps: shares fall as 1/rank.
    const kind = Math.floor(KINDS.length ** ((i * 0.6180339887498949) % 1)) - 1;
    text += `${format(KINDS[kind](i), new Date(START_MS + i * STEP_MS).toISOString(), i)}\n`;
  }
  return text;
}
