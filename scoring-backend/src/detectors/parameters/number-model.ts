/**
 * How far out a number lies among those seen in one place, on a scale of logarithms and on both sides: ranks in the body,
 * beyond the outer tenth an exponential tail of the logarithm (a power law of the number; Hill 1975) in its predictive
 * form, so that few values claim little. Of the 337 bins those around the numbers seen are kept, at most 1.4 kB.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { sidak } from '../ensemble.ts';
import { release, uint32Column } from '../../columns/small-columns.ts';

export class NumberModel {
  /** Bins from `#least` on; outside of them no number was seen. */
  #bins = uint32Column(0);
  #least = 0;
  #values = 0;
  /** How often a value was above the one before, and below. */
  #ups = 0;
  #downs = 0;
  #last = NaN;

  /** Numbers learned. */
  get values(): number {
    return this.#values;
  }

  /** Counters and clocks only go up: what they show is no measure of anything. */
  get isCounter(): boolean {
    return this.#ups > MOST_ONE_WAY * (this.#ups + this.#downs) && this.#ups >= ENOUGH;
  }

  learn(value: number): void {
    if (value > this.#last) this.#ups++;
    else if (value < this.#last) this.#downs++;
    this.#last = value;
    const bin = binOf(value);
    if (bin < this.#least || bin >= this.#end) this.#reach(bin);
    this.#bins[bin - this.#least]++;
    this.#values++;
    if (this.#values < MOST_VALUES) return;
    this.#values = 0;
    for (let b = 0; b < this.#bins.length; b++) this.#values += this.#bins[b] >>>= 1;
    this.#ups /= 2;
    this.#downs /= 2;
  }

  /** One past the last bin kept. */
  get #end(): number {
    return this.#least + this.#bins.length;
  }

  #at(bin: number): number {
    return bin >= this.#least && bin < this.#end ? this.#bins[bin - this.#least] : 0;
  }

  /** Keeps this bin too, and as many more on its side as are kept already. */
  #reach(bin: number): void {
    const [bins, least] = [this.#bins, this.#least];
    const room = Math.max(FEW_BINS, bins.length);
    const isFirst = bins.length === 0;
    const from = isFirst ? bin - FEW_BINS / 2 : bin < least ? Math.min(bin, least - room) : least;
    const to = isFirst ? bin + FEW_BINS / 2 : bin < least ? this.#end : Math.max(bin + 1, this.#end + room);
    this.#least = Math.max(0, from);
    this.#bins = uint32Column(Math.min(BINS, to) - this.#least);
    if (!isFirst) this.#bins.set(bins, least - this.#least);
    release(bins);
  }

  /** The model is no more. */
  release(): void {
    release(this.#bins);
    this.#bins = uint32Column(0);
  }

  /** −log10 p of a number at least so far out, on its side or the other; 0 while fewer than 30 are known. */
  magnitude(value: number): number {
    if (this.#values < ENOUGH || this.isCounter) return 0;
    const bin = binOf(value);
    return sidak(Math.max(this.#tail(bin, 1), this.#tail(bin, -1)), 2);
  }

  /** −log10 p of a number at least so large. */
  upperMagnitude(value: number): number {
    return this.#values < ENOUGH ? 0 : this.#tail(binOf(value), 1);
  }

  /** The middle value, in quarter octaves; NaN before the first. */
  median(): number {
    let below = 0;
    for (let b = this.#least; b < this.#end; b++)
      if ((below += this.#at(b)) * 2 >= this.#values && below > 0) return valueOf(b);
    return NaN;
  }

  /** The range of nine in ten, for people, in quarter octaves. */
  usual(): string {
    const [low, high] = [this.#quantile(0.05), this.#quantile(0.95)];
    return Number.isNaN(low) ? '' : `mostly between ${shown(low)} and ${shown(high)}`;
  }

  #quantile(share: number): number {
    let below = 0;
    for (let b = this.#least; b < this.#end; b++) if ((below += this.#at(b)) > share * this.#values) return valueOf(b);
    return NaN;
  }

  #tail(bin: number, side: 1 | -1): number {
    const [least, end] = [this.#least, this.#end];
    let beyond = 0;
    if (side === 1) for (let b = Math.max(bin, least); b < end; b++) beyond += this.#at(b);
    else for (let b = Math.min(bin, end - 1); b >= least; b--) beyond += this.#at(b);
    const most = Math.max(LEAST_IN_TAIL, this.#values * TAIL_SHARE);
    if (beyond > most) return -Math.log10((beyond + 0.5) / (this.#values + 1));
    // Where the tail begins, seen from outside, and the mean excess over it.
    let inTail = 0;
    let start = side === 1 ? end - 1 : least;
    for (; start >= least && start < end && inTail < most; start -= side) inTail += this.#at(start);
    start += side;
    let excess = 0;
    for (let b = start; b >= least && b < end; b += side) excess += this.#at(b) * (Math.abs(b - start) + 0.5);
    const shape = PRIOR_EXCESSES + inTail;
    const scale = PRIOR_EXCESSES * PRIOR_MEAN + excess;
    const share = (inTail + 0.5) / (this.#values + 1);
    return -Math.log10(share) + shape * Math.log10(1 + Math.max(0, (bin - start) * side) / scale);
  }

  save(to: StateWriter): void {
    to.numbers(this.#least, this.#bins.length);
    to.column(this.#bins);
    to.numbers(this.#values, this.#ups, this.#downs, this.#last);
  }

  load(from: StateReader): void {
    const kept = new Float64Array(2);
    from.column(kept);
    this.#least = kept[0];
    this.#bins = uint32Column(kept[1]);
    from.column(this.#bins);
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.#values, this.#ups, this.#downs, this.#last] = numbers;
  }
}

/** Quarter octaves from 2^-10 to 2^32 of either sign, and zero between them. */
const PER_OCTAVE = 4;
const SIDE = 42 * PER_OCTAVE;
const BINS = 2 * SIDE + 1;
const LEAST_OCTAVE = -10;
/** Bins kept around the first number: two octaves on either side. */
const FEW_BINS = 4 * PER_OCTAVE;
const ENOUGH = 30;
const MOST_ONE_WAY = 0.9;
/** Beyond it counts are halved: the old fades. */
const MOST_VALUES = 100_000;
const TAIL_SHARE = 0.1;
const LEAST_IN_TAIL = 5;
/** The prior of the tail: an excess of half an octave, worth five values. */
const PRIOR_EXCESSES = 5;
const PRIOR_MEAN = 2;

function binOf(value: number): number {
  const size = Math.abs(value);
  if (!(size > 0)) return SIDE;
  const place = Math.max(0, Math.min(SIDE - 1, Math.floor((Math.log2(size) - LEAST_OCTAVE) * PER_OCTAVE)));
  return value > 0 ? SIDE + 1 + place : SIDE - 1 - place;
}

function shown(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 2 });
}

function valueOf(bin: number): number {
  if (bin === SIDE) return 0;
  const place = bin > SIDE ? bin - SIDE - 1 : SIDE - 1 - bin;
  const size = 2 ** ((place + 0.5) / PER_OCTAVE + LEAST_OCTAVE);
  return bin > SIDE ? size : -size;
}
