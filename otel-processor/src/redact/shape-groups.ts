/**
 * Groups of shapes for the scan: few enough for its bits, of shapes that are alike, so that little more than the shapes
 * themselves is suspected. A group knows halves of bytes only: of each of the four bytes which low halves there are, and
 * which high halves.
 */
import type { Shape } from './suspicion-shapes.ts';

/** Bit n of `low[i]`: byte i of four may have the low half n; `high` likewise. */
export interface ShapeGroup {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** More shapes than these are put together as they come: what the best groups take to find grows with the cube. */
const MOST_COMPARED = 64;

/** At most `most` groups that hold all shapes. */
export function groupsOf(shapes: readonly Shape[], most: number): readonly ShapeGroup[] {
  const groups: ShapeGroup[] = [];
  for (const shape of shapes) {
    groups.push(groupOf(shape));
    if (groups.length > MOST_COMPARED) joinNearest(groups);
  }
  while (groups.length > most) joinNearest(groups);
  return groups;
}

/** A group of one shape. */
export function groupOf({ bytes }: Shape): ShapeGroup {
  const halves = (half: (byte: number) => number): number[] =>
    bytes.map((kind) => kind.reduce((bits, one, byte) => (one === 1 ? bits | (1 << half(byte)) : bits), 0));
  return { low: halves((byte) => byte & 15), high: halves((byte) => byte >> 4) };
}

/** Joins the two groups by whose union the fewest other texts are suspected. */
function joinNearest(groups: ShapeGroup[]): void {
  const sizes = groups.map(sizeOf);
  let least = Infinity;
  let [into, from] = [0, 1];
  for (let i = 0; i < groups.length; i++)
    for (let j = i + 1; j < groups.length; j++) {
      const added = sizeOf(union(groups[i], groups[j])) - sizes[i] - sizes[j];
      if (added >= least) continue;
      least = added;
      [into, from] = [i, j];
    }
  groups[into] = union(groups[into], groups[from]);
  groups.splice(from, 1);
}

function union(one: ShapeGroup, other: ShapeGroup): ShapeGroup {
  return {
    low: one.low.map((halves, i) => halves | other.low[i]),
    high: one.high.map((halves, i) => halves | other.high[i]),
  };
}

/** Of all texts of four bytes the part that the group holds. */
function sizeOf({ low, high }: ShapeGroup): number {
  let size = 1;
  for (let i = 0; i < 4; i++) size *= (bitsOf(low[i]) * bitsOf(high[i])) / 256;
  return size;
}

function bitsOf(halves: number): number {
  let bits = 0;
  for (let rest = halves; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}
