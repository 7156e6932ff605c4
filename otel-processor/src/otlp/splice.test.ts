import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { request as anyRequest } from '../../test/request-arbitrary.ts';
import {
  any,
  bytesField,
  contents,
  fieldsOf,
  keyValue,
  pairOf,
  recordsOf,
  requestOf,
  varint,
  type WireField,
} from '../../test/wire-oracle.ts';
import { ANOMALY, SCORED, VerdictBatch } from '../forward/verdict-batch.ts';
import { LogsColumns } from './columns.ts';
import { compileRecordKeys, decodeLogs } from './decode.ts';
import { Annotator, type AnnotatorOptions } from './splice.ts';

const RUNS = process.env.SEISMO_SOAK === '1' ? 20_000 : 1_000;
const MODEL = 'seismo-1';
const REASON_SETS = [['new template'], ['rate 12 times the usual', 'first of its kind']];

interface OneVerdict {
  readonly score: number;
  readonly confidence: number;
  readonly flags: number;
  readonly reasonSet: number;
  readonly high: number;
  readonly low: number;
}

const oneVerdict: fc.Arbitrary<OneVerdict> = fc.record({
  score: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.49994, 0.49996, 0.5, 1)),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  flags: fc.constantFrom(0, SCORED, SCORED, SCORED | ANOMALY),
  reasonSet: fc.nat(2),
  high: fc.integer({ min: 0, max: 0xffffffff }),
  low: fc.integer({ min: 0, max: 0xffffffff }),
});

function batchOf(verdicts: readonly OneVerdict[], texts?: Record<string, string>): VerdictBatch {
  const trailer = { model: MODEL, reasonSets: REASON_SETS };
  const batch = VerdictBatch.create(verdicts.length).describe(texts === undefined ? trailer : { ...trailer, texts });
  verdicts.forEach((verdict, i) => {
    batch.score[i] = verdict.score;
    batch.confidence[i] = verdict.confidence;
    batch.flags[i] = verdict.flags;
    batch.reasonSet[i] = verdict.reasonSet;
    batch.templateHigh[i] = verdict.high;
    batch.templateLow[i] = verdict.low;
  });
  return batch;
}

function annotate(
  bytes: Uint8Array,
  verdicts: VerdictBatch | undefined,
  options: AnnotatorOptions = {},
  unscored = 'timeout',
): Uint8Array {
  const columns = new LogsColumns();
  decodeLogs(bytes, columns, compileRecordKeys(options.names));
  return new Annotator(options).annotate(bytes, columns, verdicts, unscored);
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
const idOf = ({ high, low }: OneVerdict): string =>
  ((BigInt(high) << 32n) | BigInt(low)).toString(16).padStart(16, '0');

/** What a record should have been given, as the design says it. */
function promised(
  verdict: OneVerdict | undefined,
  full: boolean,
  reason: string,
  hasTemplate: boolean,
): [string, unknown][] {
  if (verdict === undefined || (verdict.flags & SCORED) === 0) return [['anomaly.unscored', { text: reason }]];
  const score = rounded(verdict.score);
  const brief: [string, unknown][] = [
    ['anomaly.score', { double: score }],
    ['anomaly.template.id', { text: idOf(verdict) }],
  ];
  if (!full && score < 0.5) return brief;
  const reasons = verdict.reasonSet === 0 ? [] : REASON_SETS[verdict.reasonSet - 1];
  const more: [string, unknown][] = [
    ['anomaly.confidence', { double: rounded(Math.fround(verdict.confidence)) }],
    ['anomaly.is_anomaly', { bool: (verdict.flags & ANOMALY) !== 0 }],
    ['anomaly.reasons', { list: reasons.map((text) => ({ text })) }],
    ['anomaly.model', { text: MODEL }],
  ];
  const template: [string, unknown][] =
    full && !hasTemplate ? [['log.record.template', { text: `text of ${idOf(verdict)}` }]] : [];
  return [...brief, ...more, ...template];
}

/** Compares two messages field by field; the fields with this number are compared by `inner`, all others by their bytes. */
function compare(
  before: Uint8Array,
  after: Uint8Array,
  field: number,
  inner: (before: WireField, after: WireField) => void,
): void {
  const old = fieldsOf(before);
  const fresh = fieldsOf(after);
  expect(fresh.length).toBe(old.length);
  old.forEach((one, i) => {
    if (one.field !== field || one.wireType !== 2) expect(fresh[i].raw).toEqual(one.raw);
    else {
      expect(fresh[i].tag).toEqual(one.tag);
      inner(one, fresh[i]);
    }
  });
}

function compareRequests(
  before: Uint8Array,
  after: Uint8Array,
  record: (before: WireField, after: WireField) => void,
): void {
  compare(before, after, 1, (a, b) =>
    compare(a.content, b.content, 2, (c, d) => compare(c.content, d.content, 2, record)),
  );
}

const hasText = (record: Buffer, key: string): boolean =>
  contents(record, 6)
    .map(pairOf)
    .some(([name, value]) => name === key && typeof value === 'object' && value !== null && 'text' in value);
const isMarked = (record: Buffer): boolean =>
  contents(record, 6)
    .map(pairOf)
    .some(([name]) => name === 'anomaly.score' || name === 'anomaly.unscored');

describe('Annotator', () => {
  for (const mode of ['brief', 'full'] as const)
    it(`appends exactly the promised attributes (${mode}) and leaves every other byte as it came`, () => {
      const scored = anyRequest.chain((bytes) => {
        const records = recordsOf(bytes).length;
        return fc.tuple(fc.constant(bytes), fc.array(oneVerdict, { minLength: records, maxLength: records }));
      });
      fc.assert(
        fc.property(scored, fc.boolean(), ([bytes, verdicts], away) => {
          const texts = Object.fromEntries(verdicts.map((verdict) => [idOf(verdict), `text of ${idOf(verdict)}`]));
          const after = annotate(bytes, away ? undefined : batchOf(verdicts, texts), { annotate: mode }, 'because');
          let i = 0;
          compareRequests(bytes, after, (old, fresh) => {
            const verdict = away ? undefined : verdicts[i];
            i++;
            if (isMarked(old.content)) expect(fresh.raw).toEqual(old.raw);
            else {
              expect(fresh.content.subarray(0, old.content.length)).toEqual(old.content);
              const added = contents(fresh.content.subarray(old.content.length), 6).map(pairOf);
              expect(added).toEqual(
                promised(verdict, mode === 'full', 'because', hasText(old.content, 'log.record.template')),
              );
            }
          });
        }),
        { numRuns: RUNS },
      );
    });

  it('marks what it annotates: a second pass leaves everything as it is', () => {
    fc.assert(
      fc.property(anyRequest, (bytes) => {
        const once = annotate(bytes, undefined);
        expect(annotate(once, undefined)).toBe(once);
      }),
      { numRuns: RUNS / 4 },
    );
  });

  it('writes and recognises configured names', () => {
    const names = { score: 'odd.score', templateId: 'odd.id', unscored: 'odd.why' };
    const bytes = requestOf([bytesField(5, any.text('hello'))]);
    const verdict = { score: 0.12345, confidence: 1, flags: SCORED, reasonSet: 0, high: 1, low: 0xabcdef };
    const once = annotate(bytes, batchOf([verdict]), { names });
    expect(contents(recordsOf(once)[0], 6).map(pairOf)).toEqual([
      ['odd.score', { double: 0.1235 }],
      ['odd.id', { text: '0000000100abcdef' }],
    ]);
    expect(annotate(once, undefined, { names })).toBe(once);
  });

  it('writes lengths that grow from one byte to two and three', () => {
    for (const size of [40, 60, 100, 127, 16_250, 16_300, 16_383]) {
      const bytes = requestOf([bytesField(5, any.text('x'.repeat(size)))]);
      const after = annotate(bytes, undefined);
      expect(recordsOf(after)[0].subarray(0, recordsOf(bytes)[0].length)).toEqual(recordsOf(bytes)[0]);
    }
  });

  it('keeps the growth right when shortened lengths outweigh it', () => {
    const inner = Buffer.concat([Buffer.from([0x12]), varint(0, 9)]);
    const scope = Buffer.concat([Buffer.from([0x12]), varint(inner.length, 9), inner]);
    const bytes = Buffer.concat([Buffer.from([0x0a]), varint(scope.length, 9), scope]);
    const after = annotate(bytes, undefined, { names: { unscored: 'k' } }, '');
    expect(contents(recordsOf(after)[0], 6).map(pairOf)).toEqual([['k', { text: '' }]]);
  });

  it('refuses verdicts of another request', () => {
    const bytes = requestOf([Buffer.alloc(0)]);
    expect(() => annotate(bytes, VerdictBatch.create(2))).toThrow('expected 1 records, got 2');
  });

  it('uses a released buffer again, and never one that it did not give', () => {
    const bytes = requestOf([bytesField(5, any.text('hello'))]);
    const columns = new LogsColumns();
    decodeLogs(bytes, columns);
    const annotator = new Annotator();
    annotator.release(Buffer.alloc(4096));
    const first = annotator.annotate(bytes, columns, undefined, 'a');
    const held = annotator.annotate(bytes, columns, undefined, 'b');
    expect(held.buffer).not.toBe(first.buffer);
    annotator.release(first);
    annotator.release(first);
    const third = annotator.annotate(bytes, columns, undefined, 'c');
    const fourth = annotator.annotate(bytes, columns, undefined, 'd');
    expect(third.buffer).toBe(first.buffer);
    expect(fourth.buffer).not.toBe(first.buffer);
    expect(contents(recordsOf(held)[0], 6).map(pairOf)).toEqual([['anomaly.unscored', { text: 'b' }]]);
  });

  it('passes a request without records as it is', () => {
    const bytes = bytesField(1, bytesField(2, bytesField(1, keyValue('a', any.text('b')))));
    expect(annotate(bytes, undefined)).toBe(bytes);
    expect(annotate(Buffer.alloc(0), undefined).length).toBe(0);
  });
});
