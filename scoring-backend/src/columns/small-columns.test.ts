import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  apart,
  bytesColumn,
  float32Column,
  float64Column,
  grown,
  int32Column,
  release,
  uint16Column,
  uint32Column,
  uint8Column,
} from './small-columns.ts';

const MAKERS = [float64Column, float32Column, int32Column, uint32Column, uint16Column, uint8Column] as const;
type Column = ReturnType<(typeof MAKERS)[number]>;

/** A column and the value that its owner has filled it with. */
interface Owned {
  column: Column;
  readonly value: number;
}

const step = fc.record({
  what: fc.constantFrom('make', 'make', 'make apart', 'release', 'release again', 'grow'),
  kind: fc.nat({ max: MAKERS.length - 1 }),
  length: fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 600 })),
  which: fc.nat(),
});

it('never gives two owners the same memory, whatever is made, grown and given back, even twice', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 200 }), (steps) => {
      const live: Owned[] = [];
      const dead: Column[] = [];
      steps.forEach(({ what, kind, length, which }, n) => {
        const value = 1 + (n % 250);
        if (what === 'make' || what === 'make apart') {
          const make = MAKERS[kind];
          const column: Column = what === 'make' ? make(length) : apart(() => make(length));
          expect(column).toHaveLength(length);
          expect(column.every((number) => number === 0)).toBe(true);
          live.push({ column: column.fill(value), value });
        } else if (what === 'release' && live.length > 0) {
          const [{ column }] = live.splice(which % live.length, 1);
          release(column);
          dead.push(column);
        } else if (what === 'grow' && live.length > 0) {
          const owned = live[which % live.length];
          const before = owned.column;
          owned.column = grown(before, length);
          expect(owned.column.subarray(before.length).every((number) => number === 0)).toBe(true);
          if (owned.column !== before) dead.push(before);
          owned.column.fill(owned.value);
        } else if (what === 'release again' && dead.length > 0) giveBackAgain(dead[which % dead.length]);
      });
      for (const { column, value } of live) expect(column.every((number) => number === value)).toBe(true);
      expect(overlaps(live.map(({ column }) => column))).toBe(0);
      for (const { column } of live) release(column);
    }),
    { seed: 7, numRuns: 300 },
  );
});

it('names the length of a column that is given back twice', () => {
  const column = int32Column(5);
  release(column);
  expect(() => {
    release(column);
  }).toThrow('column of 20 bytes: expected one in use, got one that was given back before');
});

it('takes nothing of memory that is not its own', () => {
  const own = new Uint8Array(32_768).subarray(0, 24);
  release(own);
  expect(bytesColumn(new Uint8Array(24)).buffer).not.toBe(own.buffer);
});

/** Those with a place of the shared memory are refused, the others do not matter. */
function giveBackAgain(column: Column): void {
  try {
    release(column);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
  }
}

/** How many pairs of columns lie over each other. */
function overlaps(columns: readonly Column[]): number {
  const inUse = columns.filter((column) => column.length > 0);
  let count = 0;
  for (const a of inUse)
    for (const b of inUse)
      if (
        a !== b &&
        a.buffer === b.buffer &&
        a.byteOffset <= b.byteOffset &&
        b.byteOffset < a.byteOffset + a.byteLength
      )
        count++;
  return count;
}
