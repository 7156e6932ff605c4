/**
 * Decides whether two keys that differ in a few words come from one statement: a logistic model over features of the
 * aligned pair.
 */
import type { Alignment } from './alignment.ts';
import type { KnownKey } from './known-key.ts';
import { CAPITALS, COMMON, INFLECTED, NAME_TAKING, PREPOSITION, STATE } from './known-key.ts';
import { AFTER_COLON, AFTER_GAP, AFTER_PARENTHESIS, BEFORE_BOUNDARY, BEFORE_COLON } from './tokens.ts';
import { FUNCTION_WORD, UNKNOWN } from './vocabulary.ts';
import { PAIR_FEATURES, PAIR_WEIGHTS } from './pair-weights.ts';

/** Log odds above which two keys are one template. */
export const THRESHOLD = 0.75;
/** One more word where the other key has a variable: the variable was a word this time. */
const GAP_BONUS = 3;
/** With less evidence in common than this, at least `MIN_SIBLINGS` others must agree. */
const LITTLE_EVIDENCE = 1.2;
const MIN_SIBLINGS = 5;
const LITTLE_EVIDENCE_PENALTY = 4;
/** One word of state instead of another is another message. */
const STATE_PENALTY = 2;

const F = Object.fromEntries(PAIR_FEATURES.map((name, i) => [name, i])) as Record<
  (typeof PAIR_FEATURES)[number],
  number
>;

/** The features of the last pair, in the order of `PAIR_FEATURES`. */
export const features = new Float64Array(PAIR_FEATURES.length);

/** Log odds that both keys are of one statement; `siblings`: different values that the
 * slot with fewest was seen with. */
export function logOdds(pair: Alignment, older: KnownKey, newer: KnownKey, siblings: number): number {
  fillFeatures(pair, older, newer, siblings);
  let odds = 0;
  for (let i = 0; i < features.length; i++) odds += PAIR_WEIGHTS[i] * features[i];
  const oneWord = pair.slots === 1 && features[F.slotLength] === 0.5;
  if (oneWord && features[F.gapInsertion] === 1 && features[F.anyState] === 0) {
    if (features[F.inflected] === 0 || pair.evidence >= 3) odds += GAP_BONUS;
  }
  if (features[F.anyState] === 1 && features[F.oneWordSlots] === 1 && pair.slots === 1) odds -= STATE_PENALTY;
  if (pair.evidence < LITTLE_EVIDENCE && siblings < MIN_SIBLINGS) odds -= LITTLE_EVIDENCE_PENALTY;
  return odds;
}

/** Sums over the words of all slots. */
const sums = {
  words: 0,
  rank: 0,
  unknown: 0,
  inflected: 0,
  state: 0,
  common: 0,
  functionWords: 0,
  capitals: 0,
};

function addWords(known: KnownKey, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const flags = known.flags(i);
    if (known.kind(i) === UNKNOWN) sums.unknown++;
    else sums.rank += Math.log2(1 + known.rank(i) / 64);
    if (known.kind(i) === FUNCTION_WORD) sums.functionWords++;
    if ((flags & INFLECTED) !== 0) sums.inflected++;
    if ((flags & STATE) !== 0) sums.state++;
    if ((flags & COMMON) !== 0) sums.common++;
    if ((flags & CAPITALS) !== 0) sums.capitals++;
  }
  sums.words += to - from;
}

function fillFeatures(pair: Alignment, older: KnownKey, newer: KnownKey, siblings: number): void {
  features.fill(0);
  sums.words = sums.rank = sums.unknown = sums.inflected = sums.state = sums.common = 0;
  sums.functionWords = sums.capitals = 0;
  const longer = Math.max(older.words, newer.words, 1);
  let longest = 0;
  for (let slot = 0; slot < pair.slots; slot++) {
    addSlot(pair, slot, older, newer);
    longest = Math.max(
      longest,
      pair.olderEnd[slot] - pair.olderStart[slot],
      pair.newerEnd[slot] - pair.newerStart[slot],
    );
  }
  const words = sums.words === 0 ? 1 : sums.words;
  const one = pair.slots === 1 && features[F.oneWordSlots] === 1;
  features[F.bias] = 1;
  features[F.evidence] = Math.log2(1 + pair.evidence);
  features[F.commonShare] = pair.common / longer;
  features[F.slotLength] = longest / 2;
  features[F.anyState] = sums.state > 0 ? 1 : 0;
  features[F.inflected] = sums.inflected / words;
  features[F.unknown] = sums.unknown / words;
  features[F.capitals] = sums.capitals / words;
  features[F.common] = sums.common / words;
  features[F.functionWords] = sums.functionWords / words;
  features[F.siblings] = Math.log2(1 + siblings);
  features[F.moreSlots] = pair.slots - 1;
  features[F.state] = sums.state / words;
  features[F.oneInflected] = one && features[F.inflected] === 1 ? 1 : 0;
  features[F.slotShare] = words / (2 * longer);
  features[F.allUnknown] = sums.unknown === words ? 1 : 0;
  features[F.siblingsOfKnown] = sums.unknown === 0 ? features[F.siblings] : 0;
  features[F.rank] = sums.rank / words / 8;
  features[F.onePlain] = one && sums.unknown === 0 && features[F.inflected] === 0 ? 1 : 0;
}

function addSlot(pair: Alignment, slot: number, older: KnownKey, newer: KnownKey): void {
  const i = pair.olderStart[slot];
  const iEnd = pair.olderEnd[slot];
  const j = pair.newerStart[slot];
  const jEnd = pair.newerEnd[slot];
  const share = 1 / pair.slots;
  const olderWords = iEnd - i;
  const newerWords = jEnd - j;
  addWords(older, i, iEnd);
  addWords(newer, j, jEnd);
  const atEnd = iEnd === older.length && jEnd === newer.length;
  const opens = (flag: number): boolean =>
    (olderWords > 0 && (older.flags(i) & flag) !== 0) || (newerWords > 0 && (newer.flags(j) & flag) !== 0);
  if (i === older.first && j === newer.first) {
    features[F.atStart] = 1;
    const olderColon = olderWords > 0 && (older.flags(iEnd - 1) & BEFORE_COLON) !== 0;
    const newerColon = newerWords > 0 && (newer.flags(jEnd - 1) & BEFORE_COLON) !== 0;
    if (olderColon || newerColon) features[F.firstBeforeColon] = 1;
  }
  if (atEnd) features[F.atEnd] = 1;
  if (opens(AFTER_COLON)) {
    features[F.afterColon] = 1;
    if (atEnd) features[F.tailAfterColon] = 1;
  }
  if (opens(AFTER_PARENTHESIS)) features[F.afterParenthesis] = 1;
  const olderBound = olderWords > 0 && (older.flags(iEnd - 1) & BEFORE_BOUNDARY) !== 0;
  if (olderBound && (newerWords === 0 || (newer.flags(jEnd - 1) & BEFORE_BOUNDARY) !== 0)) features[F.bounded] += share;
  if (j > 0 && (newer.flags(j - 1) & PREPOSITION) !== 0) features[F.afterPreposition] += share;
  if (j > 0 && (newer.flags(j - 1) & NAME_TAKING) !== 0) features[F.afterNameTaking] += share;
  if (olderWords === 0 || newerWords === 0) {
    features[F.insertion] += share;
    if (olderWords === 0 ? gapAt(older, i) : gapAt(newer, j)) features[F.gapInsertion] += share;
  }
  if (olderWords === 1 && newerWords === 1) features[F.oneWordSlots] += share;
}

/** Whether something variable stands before token `i`, or after the last. */
function gapAt(known: KnownKey, i: number): boolean {
  return i < known.length ? (known.flags(i) & AFTER_GAP) !== 0 : known.tailGap !== 0;
}
