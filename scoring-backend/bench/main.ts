/**
 * `npm run bench`: CPU time per record of each part and of the whole, latency and memory; medians.
 * `--json` prints the rows as one JSON array, `--only NAME` runs the benches whose file name contains NAME.
 */
import { parseArgs } from 'node:util';
import type { FigureRow } from '../../otel-processor/bench/figure.ts';
import type { BenchRow } from '../../otel-processor/bench/measure.ts';
import { report } from './report.ts';

interface Bench {
  run(): Promise<(BenchRow | FigureRow)[]>;
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
  checkpoint: () => import('./checkpoint.ts'),
  score: () => import('./score.ts'),
  scan: () => import('./scan.ts'),
  streams: () => import('./streams.ts'),
  'stream-memory': () => import('./stream-memory.ts'),
  relay: () => import('./relay.ts'),
  grpc: () => import('./grpc.ts'),
  latency: () => import('./latency.ts'),
  memory: () => import('./memory.ts'),
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
  const rows: (BenchRow | FigureRow)[] = [];
  for (const [name, load] of Object.entries(BENCHES)) {
    if (!name.includes(options.only)) continue;
    if (process.stderr.isTTY) process.stderr.write(`${name} …\n`);
    rows.push(...(await (await load()).run()));
  }
  process.stdout.write(options.json ? `${JSON.stringify(rows, null, 1)}\n` : report(rows));
}
