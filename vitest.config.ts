import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: [
            '{otel-processor,scoring-backend}/{src,test}/**/*.test.ts',
            'grafana-plugin/{test/go-backend,test/provisioning,test/build,e2e}/**/*.test.ts',
          ],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      './grafana-plugin/vitest.config.ts',
    ],
    reporters: ['default', './.ci/promise-reporter.ts'],
    // Two cores: more workers only make the tests that start real processes wait for each other.
    maxWorkers: 2,
  },
});
