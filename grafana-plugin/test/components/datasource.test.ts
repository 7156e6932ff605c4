import { CoreApp, toDataFrame, type AnnotationQuery } from '@grafana/data';
import { lastValueFrom, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { querySchema } from '@seismo/scoring-backend/api';
import type { SeismoQuery } from '../../src/datasource/query.ts';
import { requestFor } from '../../src/datasource/request.ts';
import type { SeismoVariables } from '../../src/datasource/variables.tsx';
import { network, range, seismo } from '../network-edge.ts';

const hour = range(1_700_000_000_000, 1_700_003_600_000);
const emptyAnswer = { '/api/v1/query': () => ({ json: { results: { A: { status: 200, frames: [] } } } }) };

function ask(datasource: ReturnType<typeof seismo>, query: SeismoQuery) {
  return lastValueFrom(datasource.query(requestFor([query], hour, 500)));
}

describe('a query of the datasource', () => {
  it('reaches the backend in a form that its schema takes', async () => {
    const log = network(emptyAnswer);
    await ask(seismo(), { refId: 'A', queryType: 'scores', field: 'margin', services: ['cart'], hide: false });
    const body = log[0].body as { from: number; to: number; queries: unknown[] };
    expect([body.from, body.to]).toEqual([hour.from.valueOf(), hour.to.valueOf()]);
    expect(querySchema.parse(body.queries[0])).toMatchObject({
      field: 'margin',
      services: ['cart'],
      maxDataPoints: 500,
    });
  });

  it.each([
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [['x, y'], ['x, y']],
    [[], undefined],
  ])('puts %j of a multi-value variable into its filter', async (values, services) => {
    const log = network(emptyAnswer);
    await ask(seismo(values), { refId: 'A', services: ['$service'] });
    expect((log[0].body as { queries: SeismoQuery[] }).queries[0].services).toEqual(services);
  });

  it('answers frames with their type and labels', async () => {
    network({
      '/api/v1/query': () => ({
        json: {
          results: {
            A: {
              status: 200,
              frames: [
                {
                  schema: {
                    refId: 'A',
                    name: 'score',
                    meta: { type: 'timeseries-multi' },
                    fields: [
                      { name: 'time', type: 'time' },
                      { name: 'score', type: 'number', labels: { service: 'cart' } },
                    ],
                  },
                  data: {
                    values: [
                      [1, 2],
                      [0.1, null],
                    ],
                  },
                },
              ],
            },
          },
        },
      }),
    });
    const { data } = await ask(seismo(), { refId: 'A' });
    const frame = toDataFrame(data[0]);
    expect(frame.fields[1]).toMatchObject({ labels: { service: 'cart' }, values: [0.1, null] });
  });

  it.each([
    [
      'says what the backend said of it',
      { status: 400, json: { error: { message: 'queries[0].field: unknown' } } },
      'queries[0].field: unknown',
    ],
    [
      'says that the token is wrong',
      { status: 401, json: { error: { message: 'the token is wrong' } } },
      'the token is wrong',
    ],
  ])('%s', async (_name, answer, message) => {
    network({ '/api/v1/query': () => answer });
    const { errors, error } = await ask(seismo(), { refId: 'A' });
    expect((errors?.[0] ?? error)?.message).toContain(message);
  });

  it('says who does not answer when nobody is there', async () => {
    network({});
    const { errors, error } = await ask(seismo(), { refId: 'A' });
    expect((errors?.[0] ?? error)?.message).toContain('no answer from http://backend');
  });

  it('is about the margin in alert rules and about the score elsewhere', () => {
    const datasource = seismo();
    expect(datasource.getDefaultQuery(CoreApp.UnifiedAlerting)).toMatchObject({ field: 'margin' });
    expect(datasource.getDefaultQuery(CoreApp.Explore)).toMatchObject({ field: 'score' });
  });
});

describe('the health check', () => {
  const services = { '/api/v1/services': () => ({ json: { services: [] } }) };

  it('tells the version of the backend', async () => {
    network({ '/health': () => ({ json: { status: 'ok', version: '0.1.0' } }), ...services });
    await expect(seismo().testDatasource()).resolves.toMatchObject({
      message: expect.stringContaining('0.1.0') as string,
    });
  });

  it.each([
    ['that something else answers', { '/health': () => ({ json: 'hello' }) }, 'not a scoring backend'],
    ['that nobody answers', {}, 'no answer'],
  ])('tells %s', async (_name, answers, message) => {
    network(answers);
    await expect(seismo().testDatasource()).rejects.toThrow(message);
  });
});

describe('variables', () => {
  const variables = () => seismo().variables as SeismoVariables;
  const values = async (target: object) => {
    const request = requestFor([{ refId: 'v', ...target }], hour, 1);
    return (await lastValueFrom(variables().query(request as never))).data.map(({ text }: { text: string }) => text);
  };

  it('list each service once, by name', async () => {
    network({ '/api/v1/services': () => ({ json: { services: ['b', 'a', 'b'].map((service) => ({ service })) } }) });
    expect(await values({ kind: 'services' })).toEqual(['a', 'b']);
  });

  it('list the templates of a service', async () => {
    const log = network({ '/api/v1/templates': () => ({ json: { templates: [{ text: 'GET <*>' }] } }) });
    expect(await values({ kind: 'templates', service: 'cart' })).toEqual(['GET <*>']);
    expect(log[0].search).toContain('service=cart');
  });
});

describe('annotations', () => {
  it('ask for anomalies, whatever the query was', () => {
    const { prepareQuery } = seismo().annotations;
    const saved = { target: { refId: 'Anno', queryType: 'scores' } } as AnnotationQuery<SeismoQuery>;
    expect(prepareQuery?.(saved)).toMatchObject({ queryType: 'anomalies' });
  });

  it('are regions with service, rarity and reason', async () => {
    const frame = toDataFrame({
      fields: [
        { name: 'time', values: [1000] },
        { name: 'timeEnd', values: [31_000] },
        { name: 'service', values: ['cart'] },
        { name: 'score', values: [0.75] },
        { name: 'reason', values: ['new kind of message'] },
      ],
    });
    const events = await lastValueFrom(seismo().annotations.processEvents?.({} as never, [frame]) ?? of([]));
    expect(events).toMatchObject([
      { time: 1000, timeEnd: 31_000, title: 'cart', text: 'as rare as 1 in 10,000 windows: new kind of message' },
    ]);
  });

  it('are one region as long as one follows the other, told by the rarest', async () => {
    const frame = toDataFrame({
      fields: [
        { name: 'time', values: [90_000, 0, 30_000, 30_000] },
        { name: 'timeEnd', values: [120_000, 30_000, 60_000, 60_000] },
        { name: 'service', values: ['cart', 'cart', 'cart', 'login'] },
        { name: 'score', values: [0.5, 0.5, 0.75, 0.5] },
        { name: 'reason', values: ['late', 'first', 'second', 'other'] },
      ],
    });
    const events = await lastValueFrom(seismo().annotations.processEvents?.({} as never, [frame]) ?? of([]));
    expect(events?.map(({ title, time, timeEnd, text }) => [title, time, timeEnd, text])).toEqual([
      ['cart', 0, 60_000, 'as rare as 1 in 10,000 windows (the rarest of 2 in a row): second'],
      ['login', 30_000, 60_000, 'as rare as 1 in 100 windows: other'],
      ['cart', 90_000, 120_000, 'as rare as 1 in 100 windows: late'],
    ]);
  });

  it('are not taken for annotations of Grafana, which one may edit and delete, and stay short', async () => {
    const frame = toDataFrame({
      fields: [
        { name: 'time', values: [0] },
        { name: 'timeEnd', values: [30_000] },
        { name: 'service', values: ['cart'] },
        { name: 'score', values: [0.5] },
        { name: 'id', values: ['3342a1ff29607971'] },
        { name: 'reason', values: ['word '.repeat(200)] },
      ],
    });
    const events = await lastValueFrom(seismo().annotations.processEvents?.({} as never, [frame]) ?? of([]));
    const event = events?.[0];
    expect(events).toHaveLength(1);
    expect(event).not.toHaveProperty('id');
    expect(event?.text?.length).toBeLessThan(250);
    expect(event?.text).toMatch(/…$/);
  });
});
