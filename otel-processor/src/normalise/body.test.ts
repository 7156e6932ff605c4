import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyValue } from '../../test/request-arbitrary.ts';
import { any, bytesField, keyValue, requestOf } from '../../test/wire-oracle.ts';
import { LogsColumns } from '../otlp/columns.ts';
import { decodeLogs } from '../otlp/decode.ts';
import { findMessage, message } from './body.ts';

function messageIn(value: Buffer): string | undefined {
  const bytes = requestOf([bytesField(5, value)]);
  const columns = new LogsColumns();
  decodeLogs(bytes, columns);
  findMessage(bytes, columns.bodyKind[0], columns.bodyStart[0], columns.bodyEnd[0]);
  return message.start < 0 ? undefined : bytes.subarray(message.start, message.end).toString('utf8');
}

describe('findMessage', () => {
  it('takes a string whole, also when it is JSON', () => {
    expect(messageIn(any.text('hello'))).toBe('hello');
    expect(messageIn(any.text('{"msg":"x"}'))).toBe('{"msg":"x"}');
    expect(messageIn(any.text(''))).toBe('');
  });

  it('takes the most message-like entry of a key-value list', () => {
    const pairs = ['body', 'MESSAGE', 'log', 'msg', 'message'].map((key) => keyValue(key, any.text(`of ${key}`)));
    for (let last = 1; last <= pairs.length; last++)
      expect(messageIn(any.map(keyValue('level', any.text('info')), ...pairs.slice(0, last)))).toBe(
        `of ${['body', 'MESSAGE', 'log', 'msg', 'message'][last - 1]}`,
      );
  });

  it('falls back to the first string', () => {
    expect(
      messageIn(
        any.map(keyValue('n', any.int(1n)), keyValue('a', any.text('first')), keyValue('b', any.text('second'))),
      ),
    ).toBe('first');
  });

  it('looks into a list under a message-like key', () => {
    expect(
      messageIn(
        any.map(keyValue('z', any.text('other')), keyValue('event', any.map(keyValue('msg', any.text('inner'))))),
      ),
    ).toBe('inner');
    expect(
      messageIn(any.map(keyValue('event', any.map(keyValue('n', any.int(1n)))), keyValue('z', any.text('other')))),
    ).toBe('other');
  });

  it('takes bytes as text and the first string of an array, and finds none in numbers', () => {
    expect(messageIn(any.bytes(Buffer.from('raw')))).toBe('raw');
    expect(messageIn(any.list(any.int(1n), any.text('a'), any.text('b')))).toBe('a');
    for (const value of [any.int(5n), any.double(1), any.bool(true), any.map(), any.list(), Buffer.alloc(0)])
      expect(messageIn(value)).toBeUndefined();
  });

  it('finds its way through every body that decodes', () => {
    fc.assert(
      fc.property(anyValue, (value) => void messageIn(value)),
      { numRuns: 500 },
    );
  });
});
