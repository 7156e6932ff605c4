/** Lays two keys beside each other: runs of equal tokens, and slots in which they differ. */
import type { KnownKey } from './known-key.ts';
import { FUNCTION_WORD, KEY, STRUCTURE, WORD } from './vocabulary.ts';

/** Most tokens of one key in one slot, and most slots. */
export const MAX_SLOT = 6;
export const MAX_SLOTS = 4;
/** Least evidence of the common part: two keys that share nothing but an unknown word are not compared. */
const MIN_EVIDENCE = 1;

/** The last alignment; one instance, as with `tokens`. */
export class Alignment {
  slots = 0;
  /** Slot i is [start, end) in the older and in the newer key; one of the two may be empty. */
  readonly olderStart = new Int32Array(MAX_SLOTS);
  readonly olderEnd = new Int32Array(MAX_SLOTS);
  readonly newerStart = new Int32Array(MAX_SLOTS);
  readonly newerEnd = new Int32Array(MAX_SLOTS);
  /** Equal tokens, and their evidence. */
  common = 0;
  evidence = 0;

  /** Aligns; false when the keys are too different to be compared further. */
  align(older: KnownKey, newer: KnownKey): boolean {
    let i = 0;
    let j = 0;
    this.slots = 0;
    this.common = 0;
    this.evidence = 0;
    while (i < older.length || j < newer.length) {
      if (i < older.length && j < newer.length && older.hash(i) === newer.hash(j)) {
        this.evidence += weight(newer.kind(j));
        if (newer.kind(j) !== STRUCTURE) this.common++;
        i++;
        j++;
        continue;
      }
      if (!resynchronise(older, newer, i, j)) {
        skipOlder = older.length - i;
        skipNewer = newer.length - j;
      }
      if (skipOlder > MAX_SLOT || skipNewer > MAX_SLOT || this.slots >= MAX_SLOTS) return false;
      if (holdsStructure(older, i, i + skipOlder, skipNewer) || holdsStructure(newer, j, j + skipNewer, skipOlder))
        return false;
      this.olderStart[this.slots] = i;
      this.olderEnd[this.slots] = i + skipOlder;
      this.newerStart[this.slots] = j;
      this.newerEnd[this.slots] = j + skipNewer;
      this.slots++;
      i += skipOlder;
      j += skipNewer;
    }
    return this.evidence >= MIN_EVIDENCE;
  }
}

function weight(kind: number): number {
  if (kind === WORD) return 1;
  if (kind === KEY) return 0.3;
  if (kind === STRUCTURE) return 0;
  return kind === FUNCTION_WORD ? 0.34 : 0.5;
}

let skipOlder = 0;
let skipNewer = 0;

/** Finds the nearest place where both keys agree again. A function word alone agrees too easily: it needs a second. */
function resynchronise(older: KnownKey, newer: KnownKey, i: number, j: number): boolean {
  if (i >= older.length || j >= newer.length) return false;
  for (let distance = 1; distance <= 2 * MAX_SLOT; distance++) {
    for (let x = Math.min(distance, MAX_SLOT); x >= 0 && distance - x <= MAX_SLOT; x--) {
      const y = distance - x;
      if (i + x >= older.length || j + y >= newer.length || older.hash(i + x) !== newer.hash(j + y)) continue;
      const second =
        i + x + 1 < older.length && j + y + 1 < newer.length && older.hash(i + x + 1) === newer.hash(j + y + 1);
      if (newer.kind(j + y) !== FUNCTION_WORD || distance <= 2 || second) {
        skipOlder = x;
        skipNewer = y;
        return true;
      }
    }
  }
  return false;
}

/**
 * Whether the tokens `[from, to)`, which stand for `others` tokens of the other key, hold what two lines of one statement
 * share: a level, a logger, a key. Keys between keys may be absent: a program names those that have a value.
 */
function holdsStructure(known: KnownKey, from: number, to: number, others: number): boolean {
  let keys = 0;
  for (let i = from; i < to; i++) {
    if (known.kind(i) === STRUCTURE) return true;
    if (known.kind(i) === KEY) keys++;
  }
  if (keys === 0) return false;
  const optional = others === 0 && keys === to - from && from > 0 && to < known.length;
  return !optional || known.kind(from - 1) !== KEY || known.kind(to) !== KEY;
}

export const alignment = new Alignment();
