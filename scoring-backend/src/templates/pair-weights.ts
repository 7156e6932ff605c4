/**
 * The weights of the pair model.
 *
 * Logistic regression on 7,402 pairs of keys from 23 labelled sources: eleven loghub systems and twelve sets of lines
 * generated from log statements of open-source programs. (When they were fitted, "siblings" counted the keys with the same
 * common part; where one slot differs, that is the same number.) Weight of each feature with its meaning.
 */
const WEIGHTS = [
  ['bias', -6.211],
  ['evidence', 0.851], // log2(1 + evidence of the common part)
  ['commonShare', 0.738], // equal tokens / tokens of the longer key
  ['slotLength', -0.689], // tokens of the longest slot / 2
  ['atStart', -2.333], // a slot begins both keys
  ['atEnd', -0.177], // a slot ends both keys
  ['afterColon', -0.323], // a slot follows a colon
  ['bounded', 0.887], // share of slots that end before punctuation
  ['afterPreposition', -1.111], // share of slots after a preposition
  ['afterNameTaking', 0.47], // share of slots after a noun or preposition that names follow
  ['anyState', -0.469], // a slot holds a word of failure or state
  ['inflected', -0.497], // share of words in -ed, -ing, -ly
  ['unknown', 1.064], // share of unknown words
  ['capitals', -1.12], // share of words in capitals
  ['insertion', 0.68], // share of slots that are empty in one key
  ['gapInsertion', 1.565], // the same, where that key has a variable
  ['common', -0.665], // share of words among the 1,000 most common
  ['functionWords', -0.494], // share of function words
  ['siblings', 1.745], // log2(1 + different values that the slot with fewest was seen with)
  ['firstBeforeColon', 2.541], // the first slot ends before a colon
  ['afterParenthesis', 1.248], // a slot follows an opening parenthesis
  ['oneWordSlots', 0.715], // share of slots with one word in each key
  ['moreSlots', 0.413], // slots - 1
  ['tailAfterColon', -1.719], // a slot follows a colon and ends both keys
  ['state', -0.734], // share of words of failure or state
  ['oneInflected', -0.456], // the only slot is one inflected word in each key
  ['slotShare', -0.471], // words in slots / tokens
  ['allUnknown', 0.233], // all words are unknown
  ['siblingsOfKnown', 0.109], // siblings, when no word is unknown
  ['rank', 0.07], // mean log2(1 + rank / 64) / 8
  ['onePlain', 1.688], // the only slot is one known, uninflected word in each key
] as const;

export const PAIR_FEATURES = WEIGHTS.map(([name]) => name);
export const PAIR_WEIGHTS = Float64Array.from(WEIGHTS, ([, weight]) => weight);
