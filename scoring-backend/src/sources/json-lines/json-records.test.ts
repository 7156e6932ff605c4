import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineTold } from '../../../test/json-line-oracle.ts';
import type { StreamIdentity } from '../../engine/stream-identity.ts';
import { MAX_LINE_BYTES, lineBlocks } from '../file-lines.ts';
import { fileRecords } from '../files.ts';
import type { LogInput } from '../log-input.ts';

/** The first line: it says that this is a file of JSON lines, and when it begins. */
const FIRST = '{"ts": 1772352000}';

interface ReadRecord {
  readonly stream: StreamIdentity;
  readonly timeMs: number;
  readonly severity: number;
  readonly message: string;
  readonly traceId: string;
  readonly values: { meaning: number; text: string }[];
}

function inputOf(pieces: readonly Uint8Array[]): LogInput {
  const chunks = async function* () {
    yield* pieces;
  };
  return { path: 'shop.json', service: 'shop', size: 0, modifiedMs: 0, bytesRead: () => 0, chunks: chunks() };
}

/** The records of a file, as the engine gets them. */
async function recordsOf(...pieces: readonly Uint8Array[]): Promise<ReadRecord[]> {
  const streams: StreamIdentity[] = [];
  const stream = (identity: StreamIdentity): number => streams.push(identity) - 1;
  const records: ReadRecord[] = [];
  for await (const { batch } of fileRecords(inputOf(pieces), { stream })) {
    const { bytes } = batch;
    const text = (start: number, end: number): string => Buffer.from(bytes.subarray(start, end)).toString();
    for (let i = 0; i < batch.records; i++) {
      const at = batch.traceStart[i];
      records.push({
        stream: streams[batch.stream[i]],
        timeMs: batch.timeMs[i],
        severity: batch.severity[i],
        message: text(batch.messageStart[i], batch.messageEnd[i]),
        traceId: at < 0 ? '' : Buffer.from(bytes.subarray(at, at + 16)).toString('hex'),
        values: [],
      });
    }
    const first = records.length - batch.records;
    for (let v = 0; v < batch.values; v++)
      records[first + batch.valueRecord[v]].values.push({
        meaning: batch.valueMeaning[v],
        text: text(batch.valueStart[v], batch.valueEnd[v]),
      });
  }
  return records;
}

/** The same, told by the oracle. */
async function recordsTold(bytes: Uint8Array): Promise<ReadRecord[]> {
  const records: ReadRecord[] = [];
  let timeMs = NaN;
  for await (const block of lineBlocks(inputOf([bytes]).chunks))
    for (let i = 0; i < block.lines; i++) {
      const text = new TextDecoder().decode(block.bytes.subarray(block.start[i], block.end[i]));
      const told = lineTold(text);
      if (told !== undefined && !Number.isNaN(told.timeMs)) timeMs = told.timeMs;
      const { namespace = '', environment = '', severity = 0, traceId = '', values = [] } = told ?? {};
      const service = told === undefined || told.service === '' ? 'shop' : told.service;
      const stream = { tenant: '', namespace, service, environment };
      records.push({ stream, timeMs, severity, message: told?.message ?? text, traceId, values: [...values] });
    }
  return records;
}

const NAMES = [
  ...['message', 'msg', 'body', 'timestamp', 'time', 'ts', 'service', 'app', 'source', 'severity', 'level'],
  ...['trace_id', 'traceId', 'namespace', 'environment', 'status', 'user', 'ip', 'path', 'url.query', 'metadata'],
  ...['m\\u0065ssage', 'servic\\u0065', '\\n', '', '__proto__', 'constructor', 'messages', 'Message', 'é'],
];
const PLAIN = ['a', 'ERROR', '7', 'é', '😀', ' ', '/', '{', '\u2028', '\ufeff', '\x7f'];
const ESCAPES = ['\\n', '\\"', '\\\\', '\\/', '\\u00e9', '\\ud83d\\ude00', '\\t', '\\u0041'];
const HALVES = ['\\ud800', '\\udc00', '\\ud83dx', '\\ud83d\\n', '\\ud83d\\u0041'];
const NUMBERS = [
  '0',
  '-0',
  '7',
  '9',
  '40',
  '404',
  '1772352000',
  '1772352000123',
  '1772352000.5',
  '1772352000123456789',
];
const MORE_NUMBERS = ['1e3', '1E-2', '12345678901234567890', '1.50', '-3', '2e+400'];
const SAID = [
  ...['"2026-03-01T08:00:00Z"', '"2026-03-01 08:00:00.25+02:00"', '"1772352000123"', '"warning"', '"WARN2"', '""'],
  ...[`"${'0aF7'.repeat(8)}"`, `"\\u0030${'0aF7'.repeat(8).slice(1)}"`, 'true', 'false', 'null', '[]', '{}'],
];
const BROKEN = [
  ...[
    '"\t"',
    '"\\x"',
    '"\\u12g4"',
    '"\\u12"',
    '"',
    '"\\"',
    'nul',
    'nulls',
    '[1, {"a": [}]',
    '[1,]',
    '{"a":1,}',
    '{"a"}',
  ],
  ...['01', '1.', '.5', '+1', '-', '1e', '0x1', 'NaN', '1 2', '[[]', ''],
];

const text = fc
  .array(fc.constantFrom(...PLAIN, ...PLAIN, ...ESCAPES, ...HALVES), { maxLength: 6 })
  .map((parts) => `"${parts.join('')}"`);
const sound = fc.oneof(
  text,
  fc.constantFrom(...NUMBERS, ...MORE_NUMBERS),
  fc.constantFrom(...SAID),
  fc.json({ maxDepth: 4 }),
);
const key = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 1, arbitrary: fc.string({ maxLength: 3 }).map((other) => JSON.stringify(other).slice(1, -1)) },
);
const blank = fc.constantFrom('', '', '', ' ', '\t', '\r', '  ');
const objectOf = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(fc.tuple(blank, key, blank, value, blank), { maxLength: 7 }), blank)
    .map(
      ([pairs, end]) => `{${pairs.map(([a, name, b, held, c]) => `${a}"${name}"${b}:${held}${c}`).join(',')}}${end}`,
    );
const within = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  objectOf(fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: objectOf(value) }));
const object = within(sound);
const brokenObject = within(fc.oneof(sound, fc.constantFrom(...BROKEN)));

/** A line, sometimes with a byte changed or lost. */
const line = fc
  .tuple(
    fc.oneof(
      { weight: 6, arbitrary: object },
      { weight: 2, arbitrary: brokenObject },
      { weight: 1, arbitrary: fc.string() },
    ),
    fc.option(fc.tuple(fc.nat(), fc.option(fc.nat({ max: 255 }))), { freq: 2 }),
  )
  .map(([own, change]) => {
    const bytes = [...Buffer.from(own)];
    if (change !== null && bytes.length > 0)
      bytes.splice(change[0] % bytes.length, 1, ...(change[1] === null ? [] : [change[1]]));
    return Buffer.from(bytes.filter((byte) => byte !== 0x0a));
  });

const joined = (lines: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.from(FIRST), ...lines.flatMap((each) => [Buffer.from('\n'), each])]);

describe('JSON lines', () => {
  it('are the records that JSON.parse would make of them, whatever they hold', { timeout: 120_000 }, async () => {
    let objects = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.nat(), async (lines, cut) => {
        const bytes = joined(lines);
        const told = await recordsTold(bytes);
        objects += lines.filter((each) => lineTold(each.toString()) !== undefined).length;
        const place = cut % bytes.length;
        expect(await recordsOf(bytes.subarray(0, place), bytes.subarray(place))).toEqual(told);
      }),
      { numRuns: 1500 },
    );
    // Of what is mostly broken, little would be shown.
    expect(objects).toBeGreaterThan(1500);
  });

  it('go on after a byte order mark, and where bytes are no UTF-8', async () => {
    const bad = Buffer.from('{"msg": "caf\xe9 closed", "service": "b\xe9"}', 'latin1');
    const records = await recordsOf(
      Buffer.concat([Buffer.from('\ufeff'), joined([bad, Buffer.from('caf\xe9', 'latin1')])]),
    );
    expect(records.map(({ message }) => message)).toEqual([FIRST, 'caf\ufffd closed', 'caf\ufffd']);
    expect(records[1].stream.service).toBe('b\ufffd');
    expect(records.map(({ timeMs }) => timeMs)).toEqual([1772352000_000, 1772352000_000, 1772352000_000]);
  });

  it('may be nested as deep as they are long, and are text when they are longer than is kept', async () => {
    const depth = 300_000;
    const deep = `{"a": ${'['.repeat(depth)}${']'.repeat(depth)}, "msg": "deep"}`;
    const unclosed = `{"a": ${'[{"a":'.repeat(1000)}, "msg": "no"}`;
    const long = `{"msg": "${'é'.repeat(MAX_LINE_BYTES / 2)}"}`;
    const [, first, second, third] = await recordsOf(joined([deep, unclosed, long].map((each) => Buffer.from(each))));
    expect(first.message).toBe('deep');
    expect(second.message).toBe(unclosed);
    expect(third.message.length).toBeGreaterThan(MAX_LINE_BYTES / 2 - 10);
    expect(third.message.startsWith('{"msg": "é')).toBe(true);
  });

  it('tell more services apart than are remembered by their bytes', async () => {
    const services = Array.from({ length: 5000 }, (_, i) => `s${i % 2500}`);
    const lines = services.map((service) => JSON.stringify({ service, msg: 'up', metadata: { environment: 'prod' } }));
    const records = await recordsOf(joined(lines.map((each) => Buffer.from(each))));
    expect(records.slice(1).map(({ stream }) => stream.service)).toEqual(services);
    expect(records[1].stream).toEqual({ tenant: '', namespace: '', service: 's0', environment: 'prod' });
  });
});
