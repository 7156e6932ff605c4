import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VerdictBatch } from './verdict-batch.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const trailer = fc.record({
  model: text,
  reasonSets: fc.array(fc.array(text, { maxLength: 4 }), { maxLength: 20 }),
  texts: fc.option(fc.dictionary(fc.stringMatching(/^[0-9a-f]{16}$/), text, { maxKeys: 10 }), { nil: undefined }),
});
type Said = typeof trailer extends fc.Arbitrary<infer T> ? T : never;

function encoded(said: Said, records: number, room?: ArrayBufferLike): Uint8Array {
  const batch = room === undefined ? VerdictBatch.create(records) : VerdictBatch.over(room, records);
  for (let i = 0; i < records; i++) {
    batch.score[i] = i / records;
    batch.templateLow[i] = i;
    batch.reasonSet[i] = i % (said.reasonSets.length + 1);
  }
  return batch.describe(said).encode();
}

describe('a verdict batch', () => {
  it('comes out of its wire form as it went in, in memory of its own and in shared memory', () => {
    const room = new SharedArrayBuffer(64 * 1024);
    fc.assert(
      fc.property(trailer, fc.integer({ min: 0, max: 40 }), fc.boolean(), (said, records, shared) => {
        const bytes = encoded(said, records, shared ? room : undefined);
        const batch = VerdictBatch.decode(bytes);
        expect(batch.records).toBe(records);
        expect(batch.model).toBe(said.model);
        expect(batch.trailer.reasonSets).toEqual(said.reasonSets);
        expect(batch.trailer.texts).toEqual(said.texts);
        for (let i = 0; i < records; i++) {
          const reasons = said.reasonSets[batch.reasonSet[i] - 1] ?? [];
          expect([batch.score[i], batch.templateLow[i]]).toEqual([i / records, i]);
          expect(batch.reasons(i)).toEqual(reasons);
          const shown: string[] = [];
          batch.showReasons(i, (bytes, start, end) => shown.push(bytes.toString('utf8', start, end)));
          expect(shown).toEqual(reasons);
        }
      }),
    );
  });

  it('is refused with a RangeError when bytes are missing, added or changed in what is no column', () => {
    fc.assert(
      fc.property(trailer, fc.nat(), fc.nat({ max: 255 }), (said, at, byte) => {
        const bytes = encoded(said, 3);
        expect(() => VerdictBatch.decode(bytes.slice(0, at % bytes.length))).toThrow(RangeError);
        expect(() => VerdictBatch.decode(Buffer.concat([bytes, Buffer.of(byte)]))).toThrow(RangeError);
        const changed = bytes.slice();
        const behindColumns = bytes.length - 1 - (at % (bytes.length - 16 - 3 * 27));
        changed[behindColumns] = byte;
        try {
          const batch = VerdictBatch.decode(changed);
          for (let i = 0; i < batch.records; i++) batch.reasons(i);
          void batch.trailer.texts;
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  it('is refused when a record names reasons that are not there', () => {
    const bytes = encoded({ model: 'm', reasonSets: [['one']], texts: undefined }, 2);
    const batch = VerdictBatch.decode(bytes);
    batch.reasonSet[1] = 2;
    expect(() => VerdictBatch.decode(bytes)).toThrow(new RangeError('verdict batch: record 1 names reason set 2 of 1'));
  });
});
