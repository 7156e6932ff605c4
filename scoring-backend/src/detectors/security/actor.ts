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
   * Failed logins by template, the last count is of all further ones. One failed login may be told by several statements
   * (no such user, the PAM module's, the server's): the one told most often counts.
   */
  readonly #templates = new Float64Array(STATEMENTS).fill(-1);
  readonly #counts = new Float64Array(STATEMENTS);
  /** Of an address the accounts, of an account the addresses, that failed; bits are made for the second one. */
  #other = 0;
  #others: DistinctBits | undefined = undefined;

  constructor(name: string, hash: number, timeMs: number) {
    this.name = name;
    this.hash = hash;
    this.periodStartMs = timeMs;
  }

  get failed(): number {
    return Math.max(...this.#counts);
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
    this.#templates.fill(-1);
    this.#counts.fill(0);
    this.#other = 0;
    this.#others = undefined;
    this.succeeded = this.requests = this.attacks = 0;
    this.attackTexts = this.refused = undefined;
  }

  /** Counts `times` failed logins that a statement told of this and, if known (not 0), the hash of the other side. */
  fail(template: number, times: number, other: number): void {
    let statement = 0;
    while (statement < STATEMENTS - 1 && this.#templates[statement] >= 0 && this.#templates[statement] !== template)
      statement++;
    this.#templates[statement] = template;
    this.#counts[statement] += times;
    if (other === 0 || other === this.#other) return;
    if (this.#other === 0) this.#other = other;
    else {
      if (this.#others === undefined) (this.#others = new DistinctBits(OTHER_BITS)).add(this.#other);
      this.#others.add(other);
    }
  }

  save(to: StateWriter): void {
    to.text(this.name);
    to.number(this.hash);
    to.text(this.said === undefined ? '' : JSON.stringify(this.said));
    const { periodStartMs, spokenUntilMs, succeeded, requests, attacks } = this;
    to.column(Float64Array.of(periodStartMs, spokenUntilMs, succeeded, requests, attacks));
    to.column(this.#templates);
    to.column(this.#counts);
    to.number(this.#other);
    for (const bits of [this.attackTexts, this.refused, this.#others]) to.column(bits?.words ?? new Int32Array(0));
  }

  static load(from: StateReader): Actor {
    const actor = new Actor(from.text(), from.number(), 0);
    const said = from.text();
    if (said !== '') actor.said = JSON.parse(said) as SecurityFinding;
    const numbers = new Float64Array(5);
    from.column(numbers);
    [actor.periodStartMs, actor.spokenUntilMs, actor.succeeded, actor.requests, actor.attacks] = numbers;
    from.column(actor.#templates);
    from.column(actor.#counts);
    actor.#other = from.number();
    actor.attackTexts = loadBits(from, ATTACK_BITS);
    actor.refused = loadBits(from, REFUSED_BITS);
    actor.#others = loadBits(from, OTHER_BITS);
    return actor;
  }
}

export const ATTACK_BITS = 64;
export const REFUSED_BITS = 512;
const OTHER_BITS = 64;
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
