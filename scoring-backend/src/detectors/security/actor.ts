/** What one address, or one account, that is followed by name did in its present period. */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';
import { DistinctBits } from './distinct-bits.ts';
import type { SecurityFinding } from './finding.ts';

export class Actor {
  /** The address or account, as it was written. */
  readonly name: string;
  /** Hash of the name, its slot among the tallies. */
  readonly hash: number;
  periodStartMs: number;
  /** What was said of it, and until when that needs no saying again, in ms of event time. */
  said: SecurityFinding | undefined = undefined;
  spokenUntilMs = -1;
  succeeded = 0;
  requests = 0;
  /** Requests and other texts that held an attack. */
  attacks = 0;
  /** Different attacks, and different targets that were refused (4xx); made when there are any. */
  attackTexts: DistinctBits | undefined = undefined;
  refused: DistinctBits | undefined = undefined;
  /**
   * Failed logins by template, the last count is of all further ones: the counts, then 1 + their templates (0 none). One
   * failed login may be told by several statements (no such user, the PAM module's, the server's): the one told most
   * often counts.
   */
  readonly #statements = new Float64Array(2 * STATEMENTS);
  /** Of an address the accounts, of an account the addresses, that failed; bits are made for the second one. */
  #other = 0;
  #others: DistinctBits | undefined = undefined;

  constructor(name: string, hash: number, timeMs: number) {
    this.name = name;
    this.hash = hash;
    this.periodStartMs = timeMs;
  }

  get failed(): number {
    let most = 0;
    for (let statement = 0; statement < STATEMENTS; statement++) most = Math.max(most, this.#statements[statement]);
    return most;
  }

  get others(): number {
    return this.#others?.count ?? (this.#other === 0 ? 0 : 1);
  }

  isOver(timeMs: number, periodMs: number): boolean {
    return timeMs >= this.periodStartMs + periodMs;
  }

  /** Begins a new period. */
  renew(timeMs: number): void {
    this.periodStartMs = timeMs;
    this.#statements.fill(0);
    this.#other = 0;
    this.#others = undefined;
    this.succeeded = this.requests = this.attacks = 0;
    this.attackTexts = this.refused = undefined;
  }

  /** Counts `times` failed logins that a statement told of this and, if known (not 0), the hash of the other side. */
  fail(template: number, times: number, other: number): void {
    const statements = this.#statements;
    let at = 0;
    while (at < STATEMENTS - 1 && statements[STATEMENTS + at] > 0 && statements[STATEMENTS + at] !== template + 1) at++;
    statements[STATEMENTS + at] = template + 1;
    statements[at] += times;
    if (other === 0 || other === this.#other) return;
    if (this.#other === 0) this.#other = other;
    else {
      if (this.#others === undefined) (this.#others = new DistinctBits(OTHER_BITS)).add(this.#other);
      this.#others.add(other);
    }
  }

  save(to: StateWriter): void {
    to.text(this.name);
    to.text(this.said === undefined ? '' : JSON.stringify(this.said));
    const { hash, periodStartMs, spokenUntilMs, succeeded, requests, attacks } = this;
    to.numbers(hash, periodStartMs, spokenUntilMs, succeeded, requests, attacks, this.#other);
    to.column(this.#statements);
    for (const bits of [this.attackTexts, this.refused, this.#others]) to.column(bits?.words ?? NO_WORDS);
  }

  static load(from: StateReader): Actor {
    const name = from.text();
    const said = from.text();
    const numbers = new Float64Array(7);
    from.column(numbers);
    const actor = new Actor(name, numbers[0], numbers[1]);
    if (said !== '') actor.said = JSON.parse(said) as SecurityFinding;
    [actor.spokenUntilMs, actor.succeeded, actor.requests, actor.attacks, actor.#other] = numbers.subarray(2);
    from.column(actor.#statements);
    actor.attackTexts = loadBits(from, ATTACK_BITS);
    actor.refused = loadBits(from, REFUSED_BITS);
    actor.#others = loadBits(from, OTHER_BITS);
    return actor;
  }
}

export const ATTACK_BITS = 64;
export const REFUSED_BITS = 512;
const OTHER_BITS = 64;
const NO_WORDS = new Int32Array(0);
/** Statements about failed logins that are told apart. */
const STATEMENTS = 4;

function loadBits(from: StateReader, bits: number): DistinctBits | undefined {
  const saved = from.bytes();
  if (saved.length === 0) return undefined;
  const loaded = new DistinctBits(bits);
  new Uint8Array(loaded.words.buffer).set(saved);
  loaded.recount();
  return loaded;
}
