/**
 * Six days of a dozen services, made from numbers and put into the answers on their way to the page. A real backend would
 * learn them for minutes, and how they are drawn is all that is asked.
 */
import type { Page } from 'playwright-core';
import { queryRequestSchema, querySchema, type Query, type WireFrame } from '@seismo/scoring-backend/api';

const SIZE_MS = 60_000;
const SERVICES = 12;
const PER_SERVICE = 8400;
export const WINDOWS = SERVICES * PER_SERVICE;

/** The view that shows all of them at once, with nothing beside the Seismograph that takes time to draw. */
export const MANY_WINDOWS_VIEW = '/a/seismo-loganomaly-app?from=now-140h&to=now';

/** From now on this page is answered with them. */
export async function answerWithManyWindows(page: Page): Promise<void> {
  const toMs = Math.floor(Date.now() / SIZE_MS) * SIZE_MS;
  await page.route('**/api/v1/query', (route) => {
    const { queries } = queryRequestSchema.parse(route.request().postDataJSON());
    const results = queries.map((query) => [query.refId, { status: 200, frames: framesOf(query, toMs) }]);
    return route.fulfill({ json: { results: Object.fromEntries(results) } });
  });
}

/** The schema is the backend's own: a query that it would refuse is refused here. */
function framesOf(input: unknown, toMs: number): WireFrame[] {
  const query = querySchema.parse(input);
  if (query.queryType !== 'scores') return [];
  return Array.from({ length: SERVICES }, (_, s) => seriesFrame(query, s, toMs));
}

function seriesFrame({ refId, field }: Query, service: number, toMs: number): WireFrame {
  const windows = Array.from({ length: PER_SERVICE }, (_, i) => i);
  const labels = { service: `service-${String(service).padStart(2, '0')}` };
  return {
    schema: {
      refId,
      name: field,
      meta: { type: 'timeseries-multi', typeVersion: [0, 1], custom: { sizeMs: SIZE_MS, field } },
      fields: [
        { name: 'time', type: 'time', typeInfo: { frame: 'time.Time' }, config: { interval: SIZE_MS } },
        { name: field, type: 'number', typeInfo: { frame: 'float64' }, labels, config: {} },
      ],
    },
    data: {
      values: [
        windows.map((i) => toMs - (PER_SERVICE - i) * SIZE_MS),
        windows.map((i) => numberOf(field, magnitude(service * 31 + i))),
      ],
    },
  };
}

function numberOf(field: Query['field'], magnitude: number): number {
  if (field === 'margin') return magnitude - 4.5;
  return field === 'confidence' ? 0.9 : 1 - 2 ** (-magnitude / 2);
}

/** As normal windows have it: every tenth is 1 or more, every hundredth 2 or more; and one in two thousand an anomaly. */
function magnitude(i: number): number {
  const x = Math.sin(i * 12.9898 + 78.233) * 43758.5453;
  return i % 2000 === 7 ? 6.2 : Math.min(3.9, -Math.log10(1 - (x - Math.floor(x))));
}
