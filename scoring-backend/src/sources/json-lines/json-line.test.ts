import { describe, expect, it } from 'vitest';
import { ADDRESS, STATUS, USER } from '@seismo/otel-processor/otlp/record-keys';
import { RecordBatch } from '../../engine/record-batch.ts';
import { JsonLine, type TextRange } from './json-line.ts';
import { LineBytes } from './line-bytes.ts';

const AT = Date.UTC(2026, 2, 1, 8);

/** What a line says, as text; `undefined` when it is no object. */
function lineOf(json: string) {
  const text = new LineBytes();
  text.write(json);
  const line = new JsonLine(text);
  if (!line.read(0, text.used)) return undefined;
  const batch = new RecordBatch();
  line.addValues(batch, 0);
  const shown = ({ start, end }: TextRange): string => Buffer.from(text.bytes.subarray(start, end)).toString();
  const { timeMs, severity, traceStart: at } = line;
  return {
    ...{ timeMs, severity, service: shown(line.service) },
    namespace: shown(line.namespace),
    environment: shown(line.environment),
    message: line.hasMessage ? shown(line.message) : undefined,
    traceId: at < 0 ? '' : Buffer.from(text.bytes.subarray(at, at + 16)).toString('hex'),
    values: Array.from({ length: batch.values }, (_, v) => ({
      meaning: batch.valueMeaning[v],
      text: shown({ start: batch.valueStart[v], end: batch.valueEnd[v] }),
    })),
  };
}

describe('a line of JSON', () => {
  it('is read in the common schema', () => {
    const line = {
      ...{ timestamp: '2026-03-01T08:00:00Z', source: 'host-1', service: 'checkout', severity: 'ERROR', message: 'no' },
      metadata: { namespace: 'shop', environment: 'prod', trace_id: '0af7651916cd43dd8448eb211c80319c' },
    };
    expect(lineOf(JSON.stringify(line))).toEqual({
      ...{ timeMs: AT, service: 'checkout', namespace: 'shop', environment: 'prod', severity: 17, message: 'no' },
      traceId: '0af7651916cd43dd8448eb211c80319c',
      values: [],
    });
  });

  it.each([
    ['ISO 8601 with a zone', '"2026-03-01T10:00:00+02:00"'],
    ['no zone, which is UTC', '"2026-03-01 08:00:00"'],
    ['seconds', String(AT / 1e3)],
    ['milliseconds', String(AT)],
    ['milliseconds as text', `"${AT}"`],
    ['microseconds', `${AT}000`],
    ['nanoseconds', `${AT}000000`],
  ])('has its time as %s', (_what, time) => {
    expect(lineOf(`{"time": ${time}, "msg": "x"}`)?.timeMs).toBe(AT);
  });

  it.each([
    ['{"level": "warning"}', 13],
    ['{"level": 50}', 17],
    ['{"severity": 9}', 9],
    ['{"severity": 99}', 0],
    ['{"severity": "loud"}', 0],
    ['{}', 0],
  ])('has a severity: %s', (text, severity) => {
    expect(lineOf(text)?.severity).toBe(severity);
  });

  it('leaves open what it does not say', () => {
    expect(lineOf('{"n": 1, "time": {}, "message": 7, "metadata": [1], "trace_id": "zz"}')).toEqual({
      ...{ timeMs: NaN, service: '', namespace: '', environment: '', severity: 0, message: undefined, traceId: '' },
      values: [],
    });
  });

  it('tells who did what by the fields that semantic conventions and web servers have for it', () => {
    const line = { msg: 'request', remote_addr: '203.0.113.7', metadata: { 'user.name': 'anna' }, status: 404 };
    expect(lineOf(JSON.stringify(line))?.values).toEqual([
      { meaning: ADDRESS, text: '203.0.113.7' },
      { meaning: USER, text: 'anna' },
      { meaning: STATUS, text: '404' },
    ]);
  });

  it.each(['', 'plain', '{"cut": ', '[1]', '"text"'])('is none: %j', (text) => {
    expect(lineOf(text)).toBeUndefined();
  });
});
