/** The tables by which the scan tells shapes, sixteen groups in two bytes: a of words and signs, b of keys and numbers. */
import { groupOf, groupsOf, type ShapeGroup } from './shape-groups.ts';
import { FOUR_DIGITS, IBANS, KEY_ENDS, type Shape, THREE_DIGITS_JOINED } from './suspicion-shapes.ts';

/** Bits of b; those below are suspicions alone. */
export const FOUR_DIGITS_BIT = 0x80;
export const THREE_DIGITS_JOINED_BIT = 0x40;
export const ALONE_BITS = 0x3f;

/** For each of four bytes: low halves of a, high halves of a, low halves of b, high halves of b, 16 bytes each. */
export const TABLE_BYTES = 256;

/** @param numbers Whether numbers are suspected too. */
export function tablesOf(shapes: readonly Shape[], numbers: boolean): Uint8Array {
  const tables = new Uint8Array(TABLE_BYTES);
  const isOfB = ({ kind }: Shape): boolean => kind === KEY_ENDS || kind === IBANS;
  const ofA = shapes.filter((shape) => !isOfB(shape));
  groupsOf(ofA, 8).forEach((group, i) => write(tables, 0, group, 1 << i));
  groupsOf(shapes.filter(isOfB), 6).forEach((group, i) => write(tables, 32, group, 1 << i));
  if (!numbers) return tables;
  write(tables, 32, groupOf(FOUR_DIGITS), FOUR_DIGITS_BIT);
  write(tables, 32, groupOf(THREE_DIGITS_JOINED), THREE_DIGITS_JOINED_BIT);
  return tables;
}

function write(tables: Uint8Array, first: number, { low, high }: ShapeGroup, bit: number): void {
  for (let i = 0; i < 4; i++)
    for (let half = 0; half < 16; half++) {
      if ((low[i] >> half) & 1) tables[64 * i + first + half] |= bit;
      if ((high[i] >> half) & 1) tables[64 * i + first + 16 + half] |= bit;
    }
}

/** By byte: what byte `i` of four may be of, a in the low half of the number and b in the high one. */
export function byteTable(tables: Uint8Array, i: number): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    const row = 64 * i + (byte & 15);
    const other = 64 * i + 16 + (byte >> 4);
    return (tables[row] & tables[other]) | ((tables[row + 32] & tables[other + 32]) << 8);
  });
}
