/**
 * Users, addresses, durations and bytes of a window, while it fills. Sketches are made when the first value comes: a stream
 * without users pays nothing for them. At most 2.4 KiB per window.
 */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { DistinctSketch } from './distinct-sketch.ts';
import { DurationSketch } from './duration-sketch.ts';
import { EntropySketch } from './entropy-sketch.ts';
import { ScoreSums } from './score-sums.ts';
import { SessionTally } from './session-tally.ts';

export class WindowValues {
  /** Bytes of the records' lines. */
  bytes = 0;
  /** Sum of the records' surprise, in bits: how unexpected each one's template was after the one before. */
  surpriseBits = 0;
  readonly scores = new ScoreSums();
  readonly sessions = new SessionTally();
  #users: DistinctSketch | undefined;
  #addresses: EntropySketch | undefined;
  #durations: DurationSketch | undefined;
  #hasUsers = false;
  #hasAddresses = false;

  /** @param hash 32 well mixed bits of the account's name */
  addUser(hash: number): void {
    (this.#users ??= new DistinctSketch()).add(hash);
    this.#hasUsers = true;
  }

  /** @param hash 32 well mixed bits of the address */
  addAddress(hash: number): void {
    (this.#addresses ??= new EntropySketch()).add(hash);
    this.#hasAddresses = true;
  }

  addDuration(ms: number): void {
    (this.#durations ??= new DurationSketch()).add(ms);
  }

  /** About how many different users; NaN when no record had one. */
  uniqueUsers(): number {
    return this.#hasUsers && this.#users !== undefined ? this.#users.estimate() : NaN;
  }

  /** Bits; NaN when no record had an address. */
  addressEntropy(): number {
    return this.#hasAddresses && this.#addresses !== undefined ? this.#addresses.entropy() : NaN;
  }

  /** NaN when no record had a duration. */
  meanDurationMs(): number {
    return this.#durations?.meanMs() ?? NaN;
  }

  p95DurationMs(): number {
    return this.#durations?.quantileMs(0.95) ?? NaN;
  }

  merge(part: WindowValues): void {
    this.bytes += part.bytes;
    this.surpriseBits += part.surpriseBits;
    this.scores.merge(part.scores);
    this.sessions.add(part.sessions);
    if (part.#hasUsers && part.#users !== undefined) (this.#users ??= new DistinctSketch()).merge(part.#users);
    if (part.#hasAddresses && part.#addresses !== undefined)
      (this.#addresses ??= new EntropySketch()).merge(part.#addresses);
    if (part.#durations !== undefined) (this.#durations ??= new DurationSketch()).merge(part.#durations);
    this.#hasUsers ||= part.#hasUsers;
    this.#hasAddresses ||= part.#hasAddresses;
  }

  clear(): void {
    this.bytes = 0;
    this.surpriseBits = 0;
    this.scores.clear();
    this.sessions.clear();
    if (this.#hasUsers) this.#users?.clear();
    if (this.#hasAddresses) this.#addresses?.clear();
    if (this.#durations !== undefined && this.#durations.count > 0) this.#durations.clear();
    this.#hasUsers = this.#hasAddresses = false;
  }

  save(to: StateWriter): void {
    const durations = this.#durations !== undefined && this.#durations.count > 0 ? this.#durations : undefined;
    const { bytes, surpriseBits } = this;
    to.numbers(
      bytes,
      surpriseBits,
      this.#hasUsers ? 1 : 0,
      this.#hasAddresses ? 1 : 0,
      durations === undefined ? 0 : 1,
    );
    if (this.#hasUsers && this.#users !== undefined) to.column(this.#users.registers);
    if (this.#hasAddresses && this.#addresses !== undefined) to.column(this.#addresses.cells);
    durations?.save(to);
    this.scores.save(to);
    to.column(this.sessions.numbers());
  }

  load(from: StateReader): void {
    this.clear();
    const numbers = new Float64Array(5);
    from.column(numbers);
    const [bytes, surpriseBits, hasUsers, hasAddresses, hasDurations] = numbers;
    this.bytes = bytes;
    this.surpriseBits = surpriseBits;
    this.#hasUsers = hasUsers === 1;
    this.#hasAddresses = hasAddresses === 1;
    if (this.#hasUsers) from.column((this.#users ??= new DistinctSketch()).registers);
    if (this.#hasAddresses) from.column((this.#addresses ??= new EntropySketch()).cells);
    if (hasDurations === 1) (this.#durations ??= new DurationSketch()).load(from);
    this.scores.load(from);
    const sessions = new Float64Array(4);
    from.column(sessions);
    this.sessions.set(sessions);
  }
}
