/** Queries and resources, as Grafana sends them, against the built binary and an API that refuses what the real one does. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { go } from '../../../otel-processor/test/needs.ts';
import { sendJson, START_MS, startApi, STEP_MS } from './api-stand-in.ts';
import type { ApiStandIn } from './api-stand-in.ts';
import { BUILD_TIMEOUT_MS, buildPlugin, NO_GO_FOR_PLUGIN } from './plugin-binary.ts';
import { startPlugin } from './plugin-process.ts';
import type { RunningPlugin } from './plugin-process.ts';

const ASKED = { fromMs: START_MS, toMs: START_MS + 3_600_000 };

let api: ApiStandIn;
let plugin: RunningPlugin;

beforeAll(async () => {
  if (go === undefined) return;
  api = await startApi();
  plugin = await startPlugin(buildPlugin());
}, BUILD_TIMEOUT_MS);
beforeEach((context) => {
  context.skip(go === undefined, NO_GO_FOR_PLUGIN);
  api.override = undefined;
  api.seen.length = 0;
});
afterAll(async () => {
  if (go === undefined) return;
  await plugin.shutdown();
  await api.close();
});

describe('a query', () => {
  it('for scores brings times, nulls, labels and the meta of each series over', async () => {
    const { A } = await plugin.query({ url: api.url }, ASKED, [{ refId: 'A', queryType: 'scores', field: 'score' }]);
    expect(A.error).toBe('');
    expect(A.frames).toHaveLength(2);
    const [frame] = A.frames;
    expect(frame).toMatchObject({ name: 'score', refId: 'A' });
    expect(frame.meta).toMatchObject({ type: 'timeseries-multi', typeVersion: [0, 1], custom: { sizeMs: STEP_MS } });
    expect(frame.fields).toMatchObject([
      { name: 'time', type: 'time', values: [0, 1, 2].map((step) => START_MS + step * STEP_MS) },
      {
        name: 'score',
        type: 'number',
        labels: { service: 'checkout', environment: 'production' },
        values: [-2.5, null, 0.5],
      },
    ]);
  });

  it('for anomalies brings the table and its notices', async () => {
    const { A } = await plugin.query({ url: api.url }, ASKED, [{ refId: 'A', queryType: 'anomalies', limit: 1 }]);
    expect(A.frames[0].meta).toMatchObject({ type: 'table', notices: [{ text: 'Only the 1 latest is shown.' }] });
    expect(A.frames[0].fields.map(({ values }) => values[0])).toEqual([START_MS, 'checkout', 0.93]);
    expect(A.frames[0].fields[2].config).toMatchObject({ min: 0, max: 1 });
  });

  it('for templates brings the table', async () => {
    const { A } = await plugin.query({ url: api.url }, ASKED, [{ refId: 'A', queryType: 'templates' }]);
    expect(A.frames[0].fields.map(({ values }) => values)).toEqual([['order <*> paid'], [12]]);
  });

  it('for logs brings lines with their labels as JSON', async () => {
    const { A } = await plugin.query({ url: api.url }, ASKED, [{ refId: 'A', queryType: 'logs', search: 'Zahlung' }]);
    const [{ meta, fields }] = A.frames;
    expect(meta).toMatchObject({ type: 'log-lines', preferredVisualisationType: 'logs' });
    expect(fields.map(({ name }) => name)).toEqual(['timestamp', 'body', 'severity', 'id', 'labels']);
    expect(fields.map(({ values }) => values[0])).toEqual([
      ...[START_MS, 'Zahlung fehlgeschlagen: 💥', 'error', 'a-0'],
      { service: 'checkout' },
    ]);
  });

  it("leaves Grafana's own fields behind and keeps within the points the API gives", async () => {
    const stored = {
      ...{ refId: 'A', datasource: { type: 'seismo-loganomaly-datasource', uid: 'x' }, datasourceId: 3, hide: false },
      ...{ key: 'Q-1', intervalMs: 1000, maxDataPoints: 43_200, queryType: 'scores', field: 'margin', sizeMs: 60_000 },
    };
    const { A } = await plugin.query({ url: api.url }, { ...ASKED, maxDataPoints: 43_200 }, [stored]);
    expect(A.error).toBe('');
    expect(JSON.parse(api.seen[0].body)).toEqual({
      ...{ from: ASKED.fromMs, to: ASKED.toMs },
      queries: [
        { refId: 'A', queryType: 'scores', field: 'margin', sizeMs: 60_000, intervalMs: 1000, maxDataPoints: 20_000 },
      ],
    });
  });

  it('that the API refuses gives its message, and the others their answers', async () => {
    const answers = await plugin.query({ url: api.url }, ASKED, [
      { refId: 'A', queryType: 'scores', colour: 'red' },
      { refId: 'B', queryType: 'templates' },
      { refId: 'C', queryType: 'tempaltes' },
    ]);
    expect(answers.A).toMatchObject({ status: 400, errorSource: 'downstream', frames: [] });
    expect(answers.A.error).toContain('colour');
    expect(answers.B).toMatchObject({ status: 200, error: '' });
    expect(answers.C.error).toContain('"anomalies"');
  });

  it('with a whole envelope refused gives the message of the backend', async () => {
    const refId = 'A'.repeat(65);
    const { [refId]: answer } = await plugin.query({ url: api.url }, ASKED, [{ refId }]);
    expect(answer).toMatchObject({ status: 400, errorSource: 'downstream' });
    expect(answer.error).toContain('<=64 characters');
  });

  it('sends tenant, token, user agent and further headers along', async () => {
    const jsonData = { tenant: 'shop', httpHeaderName1: 'X-Team' };
    const secrets = { token: 'secret-token', httpHeaderValue1: 'red' };
    await plugin.query({ url: `${api.url}//`, jsonData, secrets }, ASKED, [{ refId: 'A' }]);
    expect(api.seen[0]).toMatchObject({ method: 'POST', url: '/api/v1/query' });
    expect(api.seen[0].headers).toMatchObject({
      ...{ 'x-scope-orgid': 'shop', authorization: 'Bearer secret-token', 'x-team': 'red' },
      'content-type': 'application/json',
    });
    await plugin.query({ url: api.url, basicAuthUser: 'ada', secrets: { basicAuthPassword: 'p:w' } }, ASKED, [
      { refId: 'A' },
    ]);
    expect(api.seen[1].headers.authorization).toBe(`Basic ${Buffer.from('ada:p:w').toString('base64')}`);
    expect(api.seen[1].headers['x-scope-orgid']).toBeUndefined();
  });

  it('sends a tenant that provisioning made a number of', async () => {
    await plugin.query({ url: api.url, jsonData: { tenant: 42 } }, ASKED, [{ refId: 'A' }]);
    expect(api.seen[0].headers['x-scope-orgid']).toBe('42');
  });

  it.each<[string, number, string, number, RegExp]>([
    ['a wrong token', 401, '{"error":{"message":"who are you?"}}', 401, /^401 unauthorized/],
    ['something else at that address', 404, '<html>', 404, /^404 not found/],
    ['a backend that fails', 503, '{"error":{"message":"the store cannot answer"}}', 503, /^the store cannot answer$/],
    ['an answer that is no JSON', 200, '<html>', 502, /not what this version of the plugin reads/],
    ['an answer with unknown parts', 200, '{"results":{"A":{"columns":[]}}}', 502, /not what this version/],
    ['an answer to another question', 200, '{"results":{}}', 502, /gave no answer to this query/],
  ])('that meets %s gets a status and a sentence', async (_name, status, body, expected, sentence) => {
    api.override = (_request, response) => {
      response.writeHead(status).end(body);
      return true;
    };
    const { A } = await plugin.query({ url: api.url }, ASKED, [{ refId: 'A' }]);
    expect(A).toMatchObject({ status: expected, errorSource: 'downstream', frames: [] });
    expect(A.error).toMatch(sentence);
  });

  it('does not read an answer without end', async () => {
    const mebibyte = Buffer.alloc(1 << 20, ' ');
    api.override = (_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(mebibyte));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
      return true;
    };
    const { A } = await plugin.query({ url: api.url }, ASKED, [{ refId: 'A' }]);
    expect(A.error).toBe('the answer is too large: ask for fewer services or a shorter time range');
  });

  it('of a backend that is down says so for every query', async () => {
    const gone = await startApi();
    await gone.close();
    const answers = await plugin.query({ url: gone.url }, ASKED, [{ refId: 'A' }, { refId: 'B' }]);
    for (const { error, status } of [answers.A, answers.B]) {
      expect(status).toBe(502);
      expect(error).toMatch(/^connection refused/);
    }
  });

  it('that is no JSON object is refused without asking anyone', async () => {
    const query = { refId: 'A', toJSON: () => null };
    const { A } = await plugin.query({ url: api.url }, ASKED, [query]);
    expect(A).toMatchObject({ status: 400, error: 'the query must be a JSON object' });
    expect(api.seen).toEqual([]);
  });
});

describe('a resource', () => {
  it.each(['services', 'templates', 'anomalies'])('%s is passed on with its parameters', async (name) => {
    const answer = await plugin.resource(
      { url: api.url, jsonData: { tenant: 'shop' } },
      `${name}?search=a%20%26b&limit=5`,
    );
    expect(answer).toMatchObject({ code: 200, type: 'application/json' });
    expect(JSON.parse(answer.text)).toEqual({ [name]: [], asked: { search: 'a &b', limit: '5' }, hasMore: false });
    expect(api.seen[0].headers['x-scope-orgid']).toBe('shop');
  });

  it('that is none of these, or is written to, is refused here', async () => {
    expect((await plugin.resource({ url: api.url }, 'train')).code).toBe(404);
    expect((await plugin.resource({ url: api.url }, '../../metrics')).code).not.toBe(200);
    expect((await plugin.resource({ url: api.url }, 'services', 'DELETE')).code).toBe(405);
    expect(api.seen).toEqual([]);
  });

  it('tells in JSON what went wrong', async () => {
    api.override = (_request, response) => {
      sendJson(response, 400, { error: { code: 'INVALID_REQUEST', message: 'limit: too big' } });
      return true;
    };
    const answer = await plugin.resource({ url: api.url }, 'services?limit=9999');
    expect([answer.code, JSON.parse(answer.text)]).toEqual([400, { error: { message: 'limit: too big' } }]);
    const wrong = await plugin.resource({ url: 'nowhere' }, 'services');
    expect(wrong.code).toBe(400);
    expect(wrong.text).toContain('the URL of the datasource must be');
  });
});
