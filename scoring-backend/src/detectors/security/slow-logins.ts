/**
 * Failed logins of an address over a day of event time: who tries a password every few minutes, or every hour, shows
 * nothing in ten minutes. As there, everybody is tallied by hash, who failed more than a little is followed by name, and
 * what is judged is the share of failures among the attempts, against the share that fails for those who get in.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { ShareModel } from '../errors/share-model.ts';
import type { Actor } from './actor.ts';
import { Actors, nameHash } from './actors.ts';
import { AttackBudget } from './attack-budget.ts';
import type { Claim } from './findings.ts';
import { FAILED, FOLLOWED, SPOKEN_OF, SUCCEEDED, Tallies } from './tallies.ts';
import { TECHNIQUES } from './technique.ts';

export class SlowLogins {
  readonly budget: AttackBudget;
  readonly #actors = new Actors(MOST_ADDRESSES, DAY_MS);
  readonly #tallies = new Tallies(DAY_MS);
  readonly #failing = expectedShare(5, 0.02);

  constructor(budgetPerWeek: number) {
    this.budget = new AttackBudget(budgetPerWeek, DAY_MS);
  }

  /** Addresses forgotten too early because there were too many. */
  get evicted(): number {
    return this.#actors.evicted;
  }

  /**
   * A login failed `times` over (negative: succeeded) from the address of `nameHash`, `bytes[start, end)`; `account` is
   * the account's hash, 0 unknown. What there is to claim of the address, if anything.
   */
  login(
    bytes: Uint8Array,
    start: number,
    end: number,
    template: number,
    times: number,
    account: number,
    timeMs: number,
  ): Claim | undefined {
    const { high, low } = nameHash;
    if (this.#tallies.isOver(timeMs)) this.#renew(timeMs);
    if (times < 0) this.#tallies.add(low, SUCCEEDED, -times);
    else if (this.#tallies.add(low, FAILED, times) === times) this.budget.count();
    let actor = this.#tallies.has(low, FOLLOWED) ? this.#actors.known(high, low) : undefined;
    const before = actor === undefined ? this.#tallies.ownCount(low, FAILED) - Math.max(0, times) : 0;
    if (actor === undefined) {
      if (times < 0 || before + times < FEW) return undefined;
      actor = this.#actors.add(high, low, bytes, start, end, timeMs);
      actor.succeeded = this.#tallies.count(low, SUCCEEDED);
      this.#tallies.flag(low, FOLLOWED);
    } else if (actor.isOver(timeMs, DAY_MS)) actor.renew(timeMs);
    if (times < 0) {
      actor.succeeded -= times;
      return undefined;
    }
    // Of the failures before it was followed one counts: two may be two statements about the same.
    actor.fail(template, times + (before > 0 ? 1 : 0), account);
    return actor.failed < LEAST_FAILED ? undefined : loginClaim(actor, false, this.#failing);
  }

  /** Something was said of the address with this hash: its attempts tell nothing of honest ones. */
  spokenOf(hash: number): void {
    this.#tallies.flag(hash, SPOKEN_OF);
  }

  bucketClosed(startMs: number, endMs: number): void {
    this.budget.bucketClosed(startMs, endMs);
  }

  #renew(timeMs: number): void {
    this.#tallies.visit((failed, succeeded) => {
      if (succeeded > 0) this.#failing.learn(failed, failed + succeeded);
    });
    this.#tallies.renew(timeMs);
    for (const actor of this.#actors.sweep(timeMs)) this.#tallies.flag(actor.hash, FOLLOWED);
  }

  save(to: StateWriter): void {
    for (const part of this.#parts()) part.save(to);
  }

  load(from: StateReader): void {
    for (const part of this.#parts()) part.load(from);
  }

  #parts(): { save(to: StateWriter): void; load(from: StateReader): void }[] {
    return [this.budget, this.#actors, this.#tallies, this.#failing];
  }
}

/**
 * A share expected to be one in `oneIn` before a stream has shown it: one honest login in five fails (who mistypes does it
 * again), one request in fifty is refused.
 */
export function expectedShare(oneIn: number, correlation: number): ShareModel {
  const share = new ShareModel(correlation, 500);
  for (let i = 0; i < 10; i++) share.learn(1, oneIn);
  return share;
}

/** What the logins of an actor in a period say of it, against the share that fails for those who get in. */
export function loginClaim(actor: Actor, isAccount: boolean, failing: ShareModel): Claim {
  const { failed, succeeded, others } = actor;
  const trials = failed + succeeded;
  // Many accounts with few tries each are credential stuffing, all else is guessing.
  const isStuffing = !isAccount && others >= MANY_ACCOUNTS && others * 3 >= failed;
  const kind = isStuffing ? 'credential_stuffing' : 'brute_force';
  const magnitude = failing.magnitude(failed, trials);
  const expected = trials * failing.mean;
  return { kind, technique: TECHNIQUES[kind], isAccount, magnitude, expected, actual: failed };
}

const DAY_MS = 86_400_000;
const MOST_ADDRESSES = 512;
/** From so many failures on somebody is followed by name. */
const FEW = 3;
/** Fewer failures in a day are never a finding: a forgotten password takes some. */
const LEAST_FAILED = 10;
/** Accounts tried from one address since it is followed. */
const MANY_ACCOUNTS = 3;
