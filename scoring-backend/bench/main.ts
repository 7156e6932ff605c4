/**
 * `npm run bench`: CPU time per record of each part and of the whole, medians, one table.
 * `--json` prints the rows as one JSON array, `--only NAME` runs the benches whose file name contains NAME.
 */
import { arch, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchRow } from '../../otel-processor/bench/measure.ts';

interface Bench {
  run(): Promise<BenchRow[]>;
}

/** By its address: it drives a browser, and its types are checked with the plugin's. */
const REDRAW = new URL('../../grafana-plugin/bench/redraw.ts', import.meta.url).href;

const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  decode: () => import('../../otel-processor/bench/decode.ts'),
  splice: () => import('../../otel-processor/bench/splice.ts'),
  redact: () => import('../../otel-processor/bench/redact.ts'),
  inline: () => import('./inline.ts'),
  mine: () => import('./mine.ts'),
  engine: () => import('./engine.ts'),
  forest: () => import('./forest.ts'),
  windows: () => import('./windows.ts'),
  sessions: () => import('./sessions.ts'),
  score: () => import('./score.ts'),
  relay: () => import('./relay.ts'),
  redraw: () => import(REDRAW) as Promise<Bench>,
};

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) {
  process.stdout.write(`npm run bench -- [--json] [--only ${Object.keys(BENCHES).join('|')}]\n`);
} else {
  const rows: BenchRow[] = [];
  for (const [name, load] of Object.entries(BENCHES)) {
    if (!name.includes(options.only)) continue;
    if (process.stderr.isTTY) process.stderr.write(`${name} …\n`);
    rows.push(...(await (await load()).run()));
  }
  process.stdout.write(options.json ? `${JSON.stringify(rows, null, 1)}\n` : table(rows));
}

function table(rows: readonly BenchRow[]): string {
  const head = ['what', 'unit', 'CPU ns per unit', 'M units per CPU s', 'floor', 'rounds'];
  const cells = rows.map((row) => [
    row.name,
    row.unit,
    row.cpuNs.toFixed(0),
    row.millionPerSecond.toFixed(2),
    row.floor === undefined ? '' : `${row.floor} ${row.millionPerSecond >= row.floor ? 'kept' : 'MISSED'}`,
    `${row.rounds}`,
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i].length)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |\n`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|\n`;
  const machine = `${cpus()[0]?.model ?? arch()}, ${cpus().length} cores, Node ${process.version}`;
  return `${machine}; medians\n\n${line(head)}${rule}${cells.map(line).join('')}`;
}
