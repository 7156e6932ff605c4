/** What one address, or one account, that is followed by name did in its present period. */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import {
  type ActorRows,
  ATTACKS,
  HASH,
  OTHER,
  PARTS,
  PERIOD_START_MS,
  REQUESTS,
  ROW,
  SPOKEN_UNTIL_MS,
  STATEMENTS,
  SUCCEEDED,
  TEMPLATES,
  TIMES,
} from './actor-rows.ts';
import { DistinctBits } from './distinct-bits.ts';
import type { SecurityFinding } from './finding.ts';

export class Actor {
  readonly #rows: ActorRows;
  /** Its row. */
  readonly row: number;
  /** What was said of it. */
  said: SecurityFinding | undefined = undefined;
  /** Different attacks, and different targets that were refused (4xx); made when there are any. */
  attackTexts: DistinctBits | undefined = undefined;
  refused: DistinctBits | undefined = undefined;
  /** Of an address the accounts, of an account the addresses, that failed, from the second one on. */
  #others: DistinctBits | undefined = undefined;

  /** The actor whose numbers and name are in this row. */
  constructor(rows: ActorRows, row: number) {
    this.#rows = rows;
    this.row = row;
  }

  /** The address or account, as it was written. */
  get name(): string {
    return this.#rows.name(this.row);
  }

  /** Hash of the name, its slot among the tallies. */
  get hash(): number {
    return this.#number(HASH);
  }

  /** Until when what was said needs no saying again, in ms of event time; -1 nothing was said. */
  get spokenUntilMs(): number {
    return this.#number(SPOKEN_UNTIL_MS);
  }

  set spokenUntilMs(timeMs: number) {
    this.#set(SPOKEN_UNTIL_MS, timeMs);
  }

  get succeeded(): number {
    return this.#number(SUCCEEDED);
  }

  set succeeded(logins: number) {
    this.#set(SUCCEEDED, logins);
  }

  get requests(): number {
    return this.#number(REQUESTS);
  }

  set requests(requests: number) {
    this.#set(REQUESTS, requests);
  }

  /** Requests and other texts that held an attack. */
  get attacks(): number {
    return this.#number(ATTACKS);
  }

  set attacks(attacks: number) {
    this.#set(ATTACKS, attacks);
  }

  /**
   * Failed logins. One may be told by several statements (no such user, the PAM module's, the server's): the one told most
   * often counts.
   */
  get failed(): number {
    let most = 0;
    for (let statement = 0; statement < STATEMENTS; statement++) most = Math.max(most, this.#number(TIMES + statement));
    return most;
  }

  get others(): number {
    return this.#others?.count ?? (this.#number(OTHER) === 0 ? 0 : 1);
  }

  #number(column: number): number {
    return this.#rows.numbers[this.row * ROW + column];
  }

  #set(column: number, value: number): void {
    this.#rows.numbers[this.row * ROW + column] = value;
  }

  isOver(timeMs: number, periodMs: number): boolean {
    return timeMs >= this.#number(PERIOD_START_MS) + periodMs;
  }

  /** Begins a new period. */
  renew(timeMs: number): void {
    const at = this.row * ROW;
    this.#rows.numbers.fill(0, at + SUCCEEDED, at + ROW);
    this.#set(PERIOD_START_MS, timeMs);
    this.attackTexts = this.refused = this.#others = undefined;
  }

  /** Counts `times` failed logins that a statement told of this and, if known (not 0), the hash of the other side. */
  fail(template: number, times: number, other: number): void {
    const { numbers } = this.#rows;
    const at = this.row * ROW;
    const templates = at + TEMPLATES;
    let statement = 0;
    // The last count is of all further ones.
    while (statement < STATEMENTS - 1 && numbers[templates + statement] > 0) {
      if (numbers[templates + statement] === template + 1) break;
      statement++;
    }
    numbers[templates + statement] = template + 1;
    numbers[at + TIMES + statement] += times;
    const first = numbers[at + OTHER];
    if (other === 0 || other === first) return;
    if (first === 0) numbers[at + OTHER] = other;
    else {
      if (this.#others === undefined) (this.#others = new DistinctBits(OTHER_BITS)).add(first);
      this.#others.add(other);
    }
  }

  /** Notes in its row which parts there are besides it. */
  noteParts(): void {
    let parts = this.said === undefined ? 0 : SAID;
    if (this.attackTexts !== undefined) parts |= ATTACK_TEXTS;
    if (this.refused !== undefined) parts |= REFUSED;
    if (this.#others !== undefined) parts |= OTHERS;
    this.#set(PARTS, parts);
  }

  /** Writes the parts that were noted. */
  save(to: StateWriter): void {
    if (this.#number(PARTS) === 0) return;
    if (this.said !== undefined) to.text(JSON.stringify(this.said));
    if (this.attackTexts !== undefined) to.column(this.attackTexts.words);
    if (this.refused !== undefined) to.column(this.refused.words);
    if (this.#others !== undefined) to.column(this.#others.words);
  }

  load(from: StateReader): void {
    const parts = this.#number(PARTS);
    if ((parts & SAID) !== 0) this.said = JSON.parse(from.text()) as SecurityFinding;
    if ((parts & ATTACK_TEXTS) !== 0) this.attackTexts = loadBits(from, ATTACK_BITS);
    if ((parts & REFUSED) !== 0) this.refused = loadBits(from, REFUSED_BITS);
    if ((parts & OTHERS) !== 0) this.#others = loadBits(from, OTHER_BITS);
  }
}

/** Bits of PARTS. */
const SAID = 1;
const ATTACK_TEXTS = 2;
const REFUSED = 4;
const OTHERS = 8;

export const ATTACK_BITS = 64;
export const REFUSED_BITS = 512;
const OTHER_BITS = 64;

function loadBits(from: StateReader, bits: number): DistinctBits {
  const loaded = new DistinctBits(bits);
  from.column(loaded.words);
  loaded.recount();
  return loaded;
}
