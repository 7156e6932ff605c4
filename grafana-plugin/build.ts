/**
 * Builds the suite into `dist`: the pages with webpack, the backend with mage (`--no-backend` leaves it out, and
 * `--development` builds it for this machine only). Webpack is called from here, and not from its command line, because
 * that would load the TypeScript configuration through ts-node.
 *
 * @example npm run build -w grafana-plugin
 */
import fs from 'node:fs';
import path from 'node:path';
import webpack from 'webpack';
import { buildBackend } from './build-backend.ts';
import suite from './webpack.config.ts';

process.chdir(import.meta.dirname);
const development = process.argv.includes('--development');
const configurations = await suite(development ? { development: true } : { production: true });

const stats = await new Promise<webpack.MultiStats>((resolve, reject) => {
  const compiler = webpack(configurations);
  compiler.run((error, result) => {
    compiler.close(() => (error || !result ? reject(error ?? new Error('no result')) : resolve(result)));
  });
});
if (stats.hasErrors()) {
  process.stderr.write(`${stats.toString({ preset: 'errors-only' })}\n`);
  process.exit(1);
}
for (const { outputPath = '', name } of stats.toJson({ all: false, outputPath: true }).children ?? []) {
  const bytes = fs.statSync(path.join(outputPath, 'module.js')).size;
  process.stdout.write(`${name}: module.js ${(bytes / 1000).toFixed(1)} kB\n`);
}
if (!process.argv.includes('--no-backend')) buildBackend(development);
