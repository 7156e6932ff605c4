import { describe, expect, it } from 'vitest';
import { ADDRESS, STATUS, USER } from '@seismo/otel-processor/otlp/record-keys';
import { parseJsonLine } from './json-line.ts';

const AT = Date.UTC(2026, 2, 1, 8);

describe('parseJsonLine', () => {
  it('reads the common schema', () => {
    const line = {
      ...{ timestamp: '2026-03-01T08:00:00Z', source: 'host-1', service: 'checkout', severity: 'ERROR', message: 'no' },
      metadata: { namespace: 'shop', environment: 'prod', trace_id: '0af7651916cd43dd8448eb211c80319c' },
    };
    expect(parseJsonLine(JSON.stringify(line))).toEqual({
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
  ])('reads a time as %s', (_what, time) => {
    expect(parseJsonLine(`{"time": ${time}, "msg": "x"}`)?.timeMs).toBe(AT);
  });

  it.each([
    ['{"level": "warning"}', 13],
    ['{"level": 50}', 17],
    ['{"severity": 9}', 9],
    ['{"severity": 99}', 0],
    ['{"severity": "loud"}', 0],
    ['{}', 0],
  ])('reads the severity of %s', (text, severity) => {
    expect(parseJsonLine(text)?.severity).toBe(severity);
  });

  it('leaves open what a line does not say', () => {
    expect(parseJsonLine('{"n": 1, "time": {}, "message": 7, "metadata": [1], "trace_id": "zz"}')).toEqual({
      ...{ timeMs: NaN, service: '', namespace: '', environment: '', severity: 0, message: undefined, traceId: '' },
      values: [],
    });
  });

  it('takes who did what from the fields that semantic conventions and web servers have for it', () => {
    const line = { msg: 'request', remote_addr: '203.0.113.7', metadata: { 'user.name': 'anna' }, status: 404 };
    expect(parseJsonLine(JSON.stringify(line))?.values).toEqual([
      { meaning: ADDRESS, text: '203.0.113.7' },
      { meaning: USER, text: 'anna' },
      { meaning: STATUS, text: '404' },
    ]);
  });

  it.each(['', 'plain', '{"cut": ', '[1]', '"text"'])('is not fooled by %j', (text) => {
    expect(parseJsonLine(text)).toBeUndefined();
  });
});
