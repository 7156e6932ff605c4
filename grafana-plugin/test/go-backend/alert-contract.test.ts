/** What an alert rule gets over the plugin protocol, and that the checker of it sees every breach. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { go } from '../../../otel-processor/test/needs.ts';
import { alertContractBreaches } from './alert-contract.ts';
import { START_MS, startApi } from './api-stand-in.ts';
import type { ApiStandIn } from './api-stand-in.ts';
import type { Frame } from './arrow-frame.ts';
import { BUILD_TIMEOUT_MS, buildPlugin, NO_GO_FOR_PLUGIN } from './plugin-binary.ts';
import { startPlugin } from './plugin-process.ts';
import type { RunningPlugin } from './plugin-process.ts';

/** As a rule asks: ten minutes, and the many points that the alerting engine puts into every query. */
const ASKED = { fromMs: START_MS, toMs: START_MS + 600_000, maxDataPoints: 43_200 };
const RULE_QUERY = { refId: 'A', queryType: 'scores', field: 'margin', sizeMs: 60_000, intervalMs: 1000 };

let api: ApiStandIn;
let plugin: RunningPlugin;

beforeAll(async () => {
  if (go === undefined) return;
  api = await startApi();
  plugin = await startPlugin(buildPlugin());
}, BUILD_TIMEOUT_MS);
beforeEach((context) => context.skip(go === undefined, NO_GO_FOR_PLUGIN));
afterAll(async () => {
  if (go === undefined) return;
  await plugin.shutdown();
  await api.close();
});

describe('an alert rule on the margin', () => {
  it('gets one time series per service, as the data plane wants them', async () => {
    const { A } = await plugin.query({ url: api.url }, ASKED, [RULE_QUERY]);
    expect(A).toMatchObject({ status: 200, error: '' });
    expect(alertContractBreaches(A.frames)).toEqual([]);
    expect(A.frames.map(({ fields }) => fields[1].labels)).toEqual([
      { service: 'checkout', environment: 'production' },
      { service: 'payments', environment: 'production' },
    ]);
    expect(A.frames[1].fields[1]).toMatchObject({ name: 'margin', type: 'number', values: [-2.5, null, 1.5] });
  });

  it('gets no frame at all when there is nothing, which Grafana takes for "no data"', async () => {
    const { A } = await plugin.query({ url: api.url }, ASKED, [{ ...RULE_QUERY, services: ['nobody'] }]);
    expect(A).toEqual({ status: 200, error: '', errorSource: '', frames: [] });
  });
});

describe('the checker of the alert contract', () => {
  const good: Frame = {
    name: 'margin',
    refId: 'A',
    meta: { type: 'timeseries-multi', typeVersion: [0, 1] },
    fields: [
      { name: 'time', type: 'time', labels: undefined, config: {}, values: [1, 2] },
      { name: 'margin', type: 'number', labels: { service: 'a', environment: 'b' }, config: {}, values: [0, 1] },
    ],
  };
  const [time, margin] = good.fields;

  it.each<[string, Frame[]]>([
    ['is of type table', [{ ...good, meta: { ...good.meta, type: 'table' } }]],
    ['has no typeVersion', [{ ...good, meta: { type: 'timeseries-multi' } }]],
    ['has 0 time fields', [{ ...good, fields: [margin] }]],
    ['has 2 number fields', [{ ...good, fields: [time, margin, { ...margin, name: 'score' }] }]],
    [
      'has no rows',
      [
        {
          ...good,
          fields: [
            { ...time, values: [] },
            { ...margin, values: [] },
          ],
        },
      ],
    ],
    ['do not ascend', [{ ...good, fields: [{ ...time, values: [2, 2] }, margin] }]],
    [
      'repeats the labels',
      [good, { ...good, fields: [time, { ...margin, labels: { environment: 'b', service: 'a' } }] }],
    ],
  ])('sees a frame that %s', (breach, frames) => {
    expect(alertContractBreaches([good])).toEqual([]);
    expect(alertContractBreaches(frames)).toEqual([expect.stringContaining(breach)]);
  });
});
