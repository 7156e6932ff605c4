import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { any, keyValue } from '../../test/wire-oracle.ts';
import { line, LineFormatReader } from './line-format.ts';
import { readStructuredBody } from './structured-body.ts';
import { TimestampReader } from './timestamp.ts';

interface Read {
  message: string;
  severity: number;
  time: number;
}

function read(text: string, reader = new LineFormatReader()): Read {
  const bytes = Buffer.from(text);
  reader.read(bytes, 0, bytes.length);
  const { messageStart, messageEnd, severity, timeStart, timeEnd } = line;
  const time = new TimestampReader().read(
    bytes,
    timeStart < 0 ? 0 : timeStart,
    timeStart < 0 ? bytes.length : timeEnd,
    Date.UTC(2026, 0, 1),
  );
  return { message: bytes.toString('utf8', messageStart, messageEnd), severity, time };
}

const AT = Date.UTC(2025, 10, 21, 12, 0, 0);

describe('a line of text', () => {
  const lines: readonly (readonly [format: string, text: string, Read])[] = [
    [
      'JSON',
      '{"ts":"2025-11-21T12:00:00Z","level":"warn","ctx":{"msg":"not this"},"msg":"disk \\"a\\" is full","n":[1,{"a":2}]}',
      { message: 'disk \\"a\\" is full', severity: 13, time: AT },
    ],
    ['JSON of pino', '{"level":50,"time":1763726400000,"msg":"no"}', { message: 'no', severity: 17, time: AT }],
    ['JSON without a message', '{"a":1,"b":"x"}', { message: '{"a":1,"b":"x"}', severity: 0, time: NaN }],
    [
      'syslog, RFC 5424',
      '<165>1 2025-11-21T12:00:00Z host app 12 ID47 - done',
      { message: '2025-11-21T12:00:00Z host app 12 ID47 - done', severity: 10, time: AT },
    ],
    [
      'syslog, RFC 3164',
      '<34>Nov 21 12:00:00 host su: failed',
      { message: 'Nov 21 12:00:00 host su: failed', severity: 18, time: AT },
    ],
    [
      'logfmt',
      'time=2025-11-21T12:00:00Z level=error msg="order 12 failed" user=4711',
      { message: 'order 12 failed', severity: 17, time: AT },
    ],
    [
      'an access log',
      '1.2.3.4 - bob [21/Nov/2025:12:00:00 +0000] "GET /a HTTP/1.1" 503 12 "-" "curl"',
      {
        message: '1.2.3.4 - bob [21/Nov/2025:12:00:00 +0000] "GET /a HTTP/1.1" 503 12 "-" "curl"',
        severity: 17,
        time: AT,
      },
    ],
    [
      'a Windows event',
      "<Event><System><Level>2</Level><TimeCreated SystemTime='2025-11-21T12:00:00.000Z'/></System><RenderingInfo><Message>The service stopped.</Message></RenderingInfo></Event>",
      { message: 'The service stopped.', severity: 17, time: AT },
    ],
    [
      'plain',
      '2025-11-21 12:00:00 ERROR it broke',
      { message: '2025-11-21 12:00:00 ERROR it broke', severity: 17, time: AT },
    ],
  ];
  for (const [format, text, expected] of lines)
    it(`is read as ${format}, also behind lines of another format`, () => {
      expect(read(text)).toEqual(expected);
      const reader = new LineFormatReader();
      for (const [, other] of lines) read(other, reader);
      for (let i = 0; i < 70; i++) read(text, reader);
      expect(read(text, reader)).toEqual(expected);
    });

  it('is never read past its end, whatever it holds', () => {
    const piece = fc.constantFrom(
      '{',
      '"',
      'msg',
      ':',
      ',',
      '<34>',
      '<Event',
      '[',
      ']',
      'a=',
      ' ',
      '\\',
      '"msg":"x',
      '}',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), (parts) => {
        const text = Buffer.from(parts.join(''));
        const bytes = Buffer.concat([Buffer.from('"x" '), text, Buffer.from('"} "msg":"beyond"')]);
        new LineFormatReader().read(bytes, 4, 4 + text.length);
        expect(line.messageStart).toBeGreaterThanOrEqual(4);
        expect(line.messageEnd).toBeLessThanOrEqual(4 + text.length);
        expect(line.messageEnd).toBeGreaterThanOrEqual(line.messageStart);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a structured body', () => {
  const body = (...pairs: readonly Buffer[]): Buffer => any.map(...pairs);
  const severity = (value: Buffer): number => {
    // The list itself lies behind the tag and length of the AnyValue.
    const start = value.length > 129 ? 3 : 2;
    readStructuredBody(value, start, value.length);
    return line.severity;
  };

  it('tells its level as application loggers, journald and Windows write it', () => {
    expect(severity(body(keyValue('level', any.text('Warning'))))).toBe(13);
    expect(severity(body(keyValue('level', any.int(50n))))).toBe(17);
    expect(severity(body(keyValue('PRIORITY', any.text('3'))))).toBe(17);
    expect(severity(body(keyValue('PRIORITY', any.int(6n))))).toBe(9);
    expect(severity(body(keyValue('n', any.int(6n))))).toBe(0);
  });
});
