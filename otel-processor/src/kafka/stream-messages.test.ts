import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { request as anyRequest } from '../../test/request-arbitrary.ts';
import { any, bytesField, fieldsOf, keyValue, requestOf } from '../../test/wire-oracle.ts';
import { LogsColumns } from '../otlp/columns.ts';
import { decodeLogs } from '../otlp/decode.ts';
import { StreamKeys } from './stream-keys.ts';
import { splitByStream, type SplitRequest } from './stream-messages.ts';

const RUNS = process.env.SEISMO_SOAK === '1' ? 20_000 : 1000;

function split(bytes: Uint8Array, maxBytes = 1e6, tenant = ''): SplitRequest {
  const columns = new LogsColumns();
  decodeLogs(bytes, columns);
  return splitByStream(bytes, columns, tenant, new StreamKeys(), maxBytes);
}

/** Each record's own bytes, with all fields around it that are not records or groups of them, in the order they stand. */
function recordsWithContext(request: Uint8Array): string[] {
  const inside = (message: Uint8Array, field: number): [context: string, children: Buffer[]] => {
    const fields = fieldsOf(Buffer.from(message));
    const isChild = (one: (typeof fields)[number]): boolean => one.field === field && one.wireType === 2;
    const context = fields.filter((one) => !isChild(one)).map(({ raw }) => raw.toString('hex'));
    return [context.join(' '), fields.filter(isChild).map(({ content }) => content)];
  };
  const [, resources] = inside(request, 1);
  return resources.flatMap((resource) => {
    const [around, scopes] = inside(resource, 2);
    return scopes.flatMap((scope) => {
      const [within, records] = inside(scope, 2);
      return records.map((record) => `${around} / ${within} / ${record.toString('hex')}`);
    });
  });
}

const logOf = (body: string, ...attributes: Buffer[]): Buffer =>
  Buffer.concat([bytesField(5, any.text(body)), ...attributes.map((pair) => bytesField(6, pair))]);
const service = (name: string): Buffer => keyValue('service.name', any.text(name));
const host = (name: string): Buffer => keyValue('host.name', any.text(name));
const keysOf = ({ messages }: SplitRequest): string[] => messages.map(({ key }) => key);

describe('a request split by stream', () => {
  it('keeps every record and every field around it, byte by byte and in the order of its stream', () => {
    fc.assert(
      fc.property(anyRequest, fc.integer({ min: 200, max: 3000 }), (request, maxBytes) => {
        const before = recordsWithContext(request);
        const { messages, tooLarge } = split(request, maxBytes);
        const after = messages.flatMap(({ value }) => recordsWithContext(value));
        expect(after.length + tooLarge).toBe(before.length);
        const wanted = new Map<string, number>();
        for (const one of before) wanted.set(one, (wanted.get(one) ?? 0) + 1);
        for (const one of after) {
          const left = wanted.get(one) ?? 0;
          expect(left).toBeGreaterThan(0);
          wanted.set(one, left - 1);
        }
        for (const key of new Set(messages.map((message) => message.key))) {
          const own = messages
            .filter((message) => message.key === key)
            .flatMap(({ value }) => recordsWithContext(value));
          let from = 0;
          for (const one of own) {
            const at = before.indexOf(one, from);
            expect(at).toBeGreaterThanOrEqual(from);
            // Equal records may stand at several places.
            from = before.indexOf(one) === before.lastIndexOf(one) ? at + 1 : from;
          }
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('has messages of one stream each, none larger than asked for', () => {
    fc.assert(
      fc.property(anyRequest, fc.integer({ min: 200, max: 3000 }), (request, maxBytes) => {
        const outside = fieldsOf(request).reduce((sum, { field, raw }) => sum + (field === 1 ? 0 : raw.length), 0);
        for (const { key, value, records } of split(request, maxBytes).messages) {
          expect(value.length).toBeLessThanOrEqual(maxBytes + outside);
          expect(records).toBe(recordsWithContext(value).length);
          expect(keysOf(split(value))).toEqual([key]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('is the request itself when all of it is of one stream', () => {
    const one = requestOf([logOf('a'), logOf('b')], [service('cart'), host('h1')]);
    const other = requestOf([logOf('c')], [service('cart'), host('h2')]);
    const both = Buffer.concat([one, other, bytesField(99, 'of a newer OTLP')]);
    const { messages } = split(both, 1e6, 'acme');
    expect(messages.map(({ key, records }) => ({ key, records }))).toEqual([
      { key: '["acme","","cart",""]', records: 3 },
    ]);
    expect(recordsWithContext(messages[0].value)).toEqual(recordsWithContext(both));
    expect(messages[0].value).toHaveLength(both.length);
    expect(split(one).messages[0].value).toEqual(one);
  });

  it('has a stream for each service, namespace, environment, file and service of a record', () => {
    const ofFile = (name: string): Buffer => keyValue('log.file.name', any.text(name));
    const request = Buffer.concat([
      requestOf([logOf('1')], [service('a'), keyValue('service.namespace', any.text('n'))]),
      requestOf([logOf('2')], [service('a'), keyValue('deployment.environment.name', any.text('e'))]),
      requestOf([logOf('3', ofFile('x.log')), logOf('4', ofFile('y.log')), logOf('5', ofFile('x.log.1'))], [host('h')]),
      requestOf([logOf('6', service('b')), logOf('7')], [service('a')]),
    ]);
    const { messages } = split(request);
    expect(messages.map(({ key, records }) => [key, records])).toEqual([
      ['["","n","a",""]', 1],
      ['["","","a","e"]', 1],
      ['["","","x.log",""]', 2],
      ['["","","y.log",""]', 1],
      ['["","","b",""]', 1],
      ['["","","a",""]', 1],
    ]);
  });

  it('leaves out a record that no message has room for, and nothing else', () => {
    const request = requestOf([logOf('a'), logOf('x'.repeat(5000)), logOf('b')], [service('cart')]);
    const { messages, tooLarge } = split(request, 1000);
    expect(tooLarge).toBe(1);
    expect(messages.map(({ records }) => records)).toEqual([2]);
  });
});
