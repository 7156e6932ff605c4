/**
 * Component tests of the plugins with Grafana's real packages. Their ESM builds cannot be imported by Node, so that the
 * CommonJS ones stand in: they are the same code, and one instance of it.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

const require = createRequire(import.meta.url);
const grafana = (name: string) => ({
  find: new RegExp(`^@grafana/${name}$`),
  replacement: path.join(path.dirname(require.resolve(`@grafana/${name}/package.json`)), 'dist/cjs/index.cjs'),
});

export default defineConfig({
  resolve: { alias: ['data', 'ui', 'runtime', 'schema'].map(grafana) },
  test: {
    name: 'plugin',
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}', 'test/components/*.test.{ts,tsx}'],
    setupFiles: ['./test/browser-stand-ins.ts'],
    env: { TZ: 'UTC' },
    testTimeout: 30_000,
  },
});
