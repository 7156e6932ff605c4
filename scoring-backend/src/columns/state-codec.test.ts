import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { StateReader, StateWriter } from './state-codec.ts';

/** Something written, and what a reader makes of its bytes again. */
interface Entry {
  readonly write: (to: StateWriter) => void;
  readonly read: (from: StateReader) => unknown;
  readonly expected: unknown;
}

const KINDS = [Float64Array, Float32Array, Int32Array, Uint32Array, Uint16Array, Uint8Array] as const;
const number = fc.double();
const columns = fc
  .tuple(fc.constantFrom(...KINDS), fc.array(number, { maxLength: 80 }), fc.nat({ max: 90 }))
  .map(([Kind, numbers, length]): Entry => {
    const column = Kind.from(numbers);
    const part = column.slice(0, length);
    const read = (from: StateReader): unknown => {
      const target = new Kind(part.length);
      from.column(target);
      return target;
    };
    return { write: (to) => to.column(column, length), read, expected: part };
  });
const texts = fc
  .oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'grapheme', maxLength: 200 }))
  .map((text): Entry => ({ write: (to) => to.text(text), read: (from) => from.text(), expected: text }));
const bytes = fc.uint8Array({ maxLength: 200 }).map((value): Entry => {
  return { write: (to) => to.bytes(value), read: (from) => from.bytes(), expected: value };
});
const numbers = fc.array(number, { maxLength: 12 }).map((values): Entry => {
  return { write: (to) => to.numbers(...values), read: (from) => [...from.float64s()], expected: values };
});
const single = number.map((value): Entry => {
  return { write: (to) => to.number(value), read: (from) => from.number(), expected: value };
});
const entries = fc.array(fc.oneof(columns, texts, bytes, numbers, single), { maxLength: 30 });

function written(list: readonly Entry[], memory?: ArrayBufferLike): Uint8Array {
  const to = new StateWriter(memory);
  to.section(() => list.forEach(({ write }) => write(to)));
  return to.finish();
}

describe('what a StateWriter wrote', () => {
  it('is read again as it was, in the same order, whatever it was', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const from = new StateReader(written(list, new ArrayBuffer(64))).section();
        expect(list.map(({ read }) => read(from))).toEqual(list.map(({ expected }) => expected));
      }),
    );
  });

  it('does not depend on what its memory held before, nor on how often that was too small', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 0, max: 2_000 }), (list, words) => {
        const used = new SharedArrayBuffer(8 * words);
        new Uint8Array(used).fill(0xa5);
        expect(Buffer.compare(written(list, used), written(list))).toBe(0);
      }),
    );
  });

  it('is refused where it ends too early', () => {
    const whole = written([{ write: (to) => to.text('checkout'), read: () => '', expected: '' }]);
    expect(() => new StateReader(whole.subarray(0, whole.length - 8)).section()).toThrow(/expected \d+ more bytes/);
  });
});
