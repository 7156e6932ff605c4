/**
 * The security rules of one stream: what addresses and accounts do in periods of ten minutes of event time. Everybody is
 * tallied by hash; who has failed or asked more than a little is followed by name, and judged.
 *
 * - Logins: failures among an address' attempts, against the share of honest attempts that fail; over a day, too
 *   (slow-logins.ts). Many accounts with few tries each are credential stuffing. An account is named when there is no
 *   address, or when many addresses try it.
 * - Requests: different targets that were refused (4xx) among an address' requests, and plainly too many requests.
 * - Injections: different texts that fit a pattern among those an address sent; p of one is its measured rate of false
 *   alarms (false-alarm-rates.ts).
 * Every actor is said once: again only when a week has passed without a finding about it.
 */
import type { RecordValues } from '../../engine/records/record-values.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { NumberModel } from '../parameters/number-model.ts';
import { ATTACK_BITS, type Actor, REFUSED_BITS } from './actor.ts';
import { Actors, hashName, nameHash } from './actors.ts';
import { AttackBudget } from './attack-budget.ts';
import { DistinctBits } from './distinct-bits.ts';
import { FALSE_ALARMS_PER_LINE, FALSE_ALARMS_PER_REQUEST, magnitudeOfMatches } from './false-alarm-rates.ts';
import type { SecurityFinding } from './finding.ts';
import { type Claim, Findings } from './findings.ts';
import { expectedShare, loginClaim, SlowLogins } from './slow-logins.ts';
import { FAILED, FOLLOWED, REFUSED, REQUESTS, SPOKEN_OF, SUCCEEDED, Tallies } from './tallies.ts';
import { type InjectionKind, SCANNING, TECHNIQUES } from './technique.ts';

export class SecurityWatch {
  readonly #addresses = new Actors(MOST_ADDRESSES, PERIOD_MS);
  readonly #accounts = new Actors(MOST_ACCOUNTS, PERIOD_MS);
  readonly #byAddress = new Tallies(PERIOD_MS);
  readonly #byAccount = new Tallies(PERIOD_MS);
  readonly #failing = expectedShare(5, 0.02);
  readonly #slow: SlowLogins;
  readonly #refusing = expectedShare(50, 0.05);
  readonly #requests = new NumberModel();
  readonly #loginBudget: AttackBudget;
  readonly #requestBudget: AttackBudget;
  readonly #injectionBudget: AttackBudget;
  readonly #findings = new Findings();
  /** False while a record is judged that was counted before: nothing changes then. */
  #learning = true;
  /** Has `#follow` just begun? */
  #isNew = false;

  constructor(budgetPerWeek: number) {
    const budget = (): AttackBudget => new AttackBudget(budgetPerWeek, PERIOD_MS);
    [this.#loginBudget, this.#requestBudget, this.#injectionBudget] = [budget(), budget(), budget()];
    this.#slow = new SlowLogins(budgetPerWeek);
  }

  /** Addresses and accounts forgotten too early because there were too many. */
  get evicted(): number {
    return this.#addresses.evicted + this.#accounts.evicted + this.#slow.evicted;
  }

  /** The strongest finding about the record that `begin` began. */
  get finding(): SecurityFinding | undefined {
    return this.#findings.latest;
  }

  /** Begins a record; without `learn` what follows is judged by what is known already. */
  begin(timeMs: number, learn: boolean): void {
    this.#learning = learn;
    this.#findings.begin(learn);
    if (!learn) return;
    if (this.#byAddress.isOver(timeMs)) this.#renew(this.#byAddress, this.#addresses, timeMs);
    if (this.#byAccount.isOver(timeMs)) this.#renew(this.#byAccount, this.#accounts, timeMs);
  }

  /** A login failed `times` over (negative: succeeded). */
  login(values: RecordValues, template: number, times: number, timeMs: number): void {
    const { bytes, addressStart, addressEnd, userStart, userEnd } = values;
    if (userStart >= 0) hashName(bytes, userStart, userEnd);
    const account = userStart >= 0 ? nameHash.low : 0;
    const accountHigh = nameHash.high;
    let address = 0;
    if (addressStart >= 0) {
      hashName(bytes, addressStart, addressEnd);
      address = nameHash.low;
      const failed = this.#tallyLogin(this.#byAddress, address, times, true);
      const actor = this.#follow(this.#byAddress, this.#addresses, failed, addressStart, addressEnd, bytes, timeMs);
      if (actor !== undefined) {
        this.#count(actor, template, times, failed, account);
        if (times > 0 && this.#judgeLogins(actor, false, timeMs)) return;
      }
      if (this.#judgeSlowLogins(values, template, times, account, timeMs)) return;
    }
    if (userStart < 0) return;
    nameHash.high = accountHigh;
    nameHash.low = account;
    const failed = this.#tallyLogin(this.#byAccount, account, times, addressStart < 0);
    const actor = this.#follow(this.#byAccount, this.#accounts, failed, userStart, userEnd, bytes, timeMs);
    if (actor === undefined) return;
    this.#count(actor, template, times, failed, address);
    // Where other statements about this account name the address, it is the address that is judged.
    const isAddressUnknown = addressStart < 0 && actor.others === 0;
    if (times > 0 && (isAddressUnknown || actor.others >= MANY_ADDRESSES)) this.#judgeLogins(actor, true, timeMs);
  }

  /** A request; `injection` is what its target showed. */
  request(values: RecordValues, injection: InjectionKind | undefined, timeMs: number): void {
    const { bytes, addressStart, addressEnd, targetStart, targetEnd, status } = values;
    if (addressStart < 0) {
      if (injection !== undefined)
        this.#findings.nameless(injection, FALSE_ALARMS_PER_REQUEST, this.#injectionBudget, timeMs);
      return;
    }
    hashName(bytes, addressStart, addressEnd);
    const { low } = nameHash;
    const tallies = this.#byAddress;
    const isRefused = status >= 400 && status < 500;
    let requests = tallies.count(low, REQUESTS);
    if (this.#learning) {
      requests = tallies.add(low, REQUESTS, 1);
      if (requests === 1) this.#requestBudget.count();
      if (isRefused) tallies.add(low, REFUSED, 1);
    }
    const worthIt = injection !== undefined || requests === LEAST_REQUESTS ? FEW : tallies.ownCount(low, REFUSED);
    const actor = this.#follow(tallies, this.#addresses, worthIt, addressStart, addressEnd, bytes, timeMs);
    if (actor === undefined) return;
    if (this.#learning) actor.requests++;
    if (injection !== undefined) this.#injected(actor, injection, FALSE_ALARMS_PER_REQUEST, values, timeMs);
    else if (isRefused && targetStart >= 0) {
      hashName(bytes, targetStart, targetEnd);
      const isNew = !this.#learning || (actor.refused ??= new DistinctBits(REFUSED_BITS)).add(nameHash.high);
      if (isNew && actor.refused !== undefined && actor.refused.count >= LEAST_REFUSED)
        this.#judgeRefused(actor, timeMs);
    } else if (actor.requests >= LEAST_REQUESTS && actor.requests % LEAST_REQUESTS === 0)
      this.#judgeBurst(actor, timeMs);
  }

  /** A text other than a request's target that shows an attack. */
  text(values: RecordValues, injection: InjectionKind, timeMs: number): void {
    const { bytes, addressStart, addressEnd } = values;
    if (addressStart < 0) {
      this.#findings.nameless(injection, FALSE_ALARMS_PER_LINE, this.#injectionBudget, timeMs);
      return;
    }
    hashName(bytes, addressStart, addressEnd);
    const actor = this.#follow(this.#byAddress, this.#addresses, FEW, addressStart, addressEnd, bytes, timeMs);
    if (actor !== undefined) this.#injected(actor, injection, FALSE_ALARMS_PER_LINE, values, timeMs);
  }

  bucketClosed(startMs: number, endMs: number): void {
    for (const part of [this.#loginBudget, this.#slow, this.#requestBudget, this.#injectionBudget])
      part.bucketClosed(startMs, endMs);
  }

  #tallyLogin(tallies: Tallies, hash: number, times: number, isUnit: boolean): number {
    if (!this.#learning) return 0;
    if (times < 0) tallies.add(hash, SUCCEEDED, -times);
    else if (tallies.add(hash, FAILED, times) === times && isUnit) this.#loginBudget.count();
    return tallies.ownCount(hash, FAILED);
  }

  /** The actor of `nameHash` when it is followed or has reached what is worth it. */
  #follow(
    tallies: Tallies,
    actors: Actors,
    reached: number,
    start: number,
    end: number,
    bytes: Uint8Array,
    timeMs: number,
  ): Actor | undefined {
    const { high, low } = nameHash;
    this.#isNew = false;
    let actor = tallies.has(low, FOLLOWED) ? actors.known(high, low) : undefined;
    if (actor === undefined) {
      if (reached < FEW || !this.#learning) return undefined;
      actor = actors.add(high, low, bytes, start, end, timeMs);
      actor.succeeded = tallies.count(low, SUCCEEDED);
      // The one that brought it here is counted by the caller.
      actor.requests = Math.max(0, tallies.count(low, REQUESTS) - 1);
      this.#isNew = true;
      tallies.flag(low, FOLLOWED);
    } else if (this.#learning && actor.isOver(timeMs, PERIOD_MS)) actor.renew(timeMs);
    return actor;
  }

  #count(actor: Actor, template: number, times: number, failed: number, other: number): void {
    if (!this.#learning) return;
    // Of the failures before it was followed one counts: two may be two statements about the same.
    const before = this.#isNew && failed > times ? 1 : 0;
    if (times > 0) actor.fail(template, times + before, other);
    else if (!this.#isNew) actor.succeeded -= times;
  }

  #judgeLogins(actor: Actor, isAccount: boolean, timeMs: number): boolean {
    if (this.#findings.repeat(actor, timeMs)) return true;
    const claim = loginClaim(actor, isAccount, this.#failing);
    return actor.failed >= LEAST_FAILED && this.#say(actor, claim, this.#loginBudget, timeMs);
  }

  /** The logins of a day from the address of `nameHash`, when its last ten minutes alone say nothing. */
  #judgeSlowLogins(values: RecordValues, template: number, times: number, account: number, timeMs: number): boolean {
    if (!this.#learning) return false;
    const { bytes, addressStart, addressEnd } = values;
    const claim = this.#slow.login(bytes, addressStart, addressEnd, template, times, account, timeMs);
    if (claim === undefined) return false;
    const actor = this.#follow(this.#byAddress, this.#addresses, FEW, addressStart, addressEnd, bytes, timeMs);
    if (actor === undefined || this.#findings.repeat(actor, timeMs)) return actor !== undefined;
    const isSaid = this.#say(actor, claim, this.#slow.budget, timeMs);
    if (isSaid) this.#slow.spokenOf(actor.hash);
    return isSaid;
  }

  #judgeRefused(actor: Actor, timeMs: number): void {
    if (this.#findings.repeat(actor, timeMs)) return;
    const refused = actor.refused?.count ?? 0;
    const trials = Math.max(actor.requests, refused);
    const magnitude = this.#refusing.magnitude(refused, trials);
    const expected = trials * this.#refusing.mean;
    const claim = { kind: 'request_burst', technique: SCANNING, magnitude, expected, actual: refused } as const;
    this.#sayOfAddress(actor, claim, this.#requestBudget, timeMs);
  }

  #judgeBurst(actor: Actor, timeMs: number): void {
    if (this.#findings.repeat(actor, timeMs)) return;
    const magnitude = this.#requests.upperMagnitude(actor.requests);
    const expected = this.#requests.median();
    const technique = TECHNIQUES.request_burst;
    const claim = { kind: 'request_burst', technique, magnitude, expected, actual: actor.requests } as const;
    this.#sayOfAddress(actor, claim, this.#requestBudget, timeMs);
  }

  #injected(actor: Actor, kind: InjectionKind, rate: number, values: RecordValues, timeMs: number): void {
    const { bytes, targetStart, targetEnd, userStart, userEnd } = values;
    const attacks = (actor.attackTexts ??= new DistinctBits(ATTACK_BITS));
    if (this.#learning) {
      if (actor.attacks++ === 0) this.#injectionBudget.count();
      if (targetStart >= 0) hashName(bytes, targetStart, targetEnd);
      else hashName(bytes, userStart, userEnd);
      attacks.add(nameHash.high);
    }
    if (this.#findings.repeat(actor, timeMs)) return;
    const trials = Math.max(actor.requests, actor.attacks);
    const different = Math.min(trials, attacks.count);
    const magnitude = magnitudeOfMatches(different, trials, rate);
    const claim = { kind, technique: TECHNIQUES[kind], magnitude, expected: trials * rate, actual: actor.attacks };
    this.#sayOfAddress(actor, claim, this.#injectionBudget, timeMs);
  }

  #sayOfAddress(actor: Actor, claim: Omit<Claim, 'isAccount'>, budget: AttackBudget, timeMs: number): boolean {
    return this.#say(actor, { ...claim, isAccount: false }, budget, timeMs);
  }

  #say(actor: Actor, claim: Claim, budget: AttackBudget, timeMs: number): boolean {
    const isSaid = this.#findings.say(actor, claim, budget, timeMs);
    if (isSaid) (claim.isAccount ? this.#byAccount : this.#byAddress).flag(actor.hash, SPOKEN_OF);
    return isSaid;
  }

  /** Learns what was done in a period by those of whom nothing was said, and begins the next one. */
  #renew(tallies: Tallies, actors: Actors, timeMs: number): void {
    if (tallies === this.#byAddress)
      tallies.visit((failed, succeeded, requests, refused) => {
        // Failures alone may be anybody's: who succeeded, too, is at home here.
        if (succeeded > 0) this.#failing.learn(failed, failed + succeeded);
        if (requests === 0) return;
        this.#refusing.learn(refused, requests);
        this.#requests.learn(requests);
      });
    tallies.renew(timeMs);
    for (const actor of actors.sweep(timeMs)) {
      tallies.flag(actor.hash, FOLLOWED);
      if (actor.spokenUntilMs > timeMs) tallies.flag(actor.hash, SPOKEN_OF);
    }
  }

  save(to: StateWriter): void {
    for (const part of this.#parts()) part.save(to);
  }

  load(from: StateReader): void {
    for (const part of this.#parts()) part.load(from);
  }

  #parts(): { save(to: StateWriter): void; load(from: StateReader): void }[] {
    return [
      ...[this.#addresses, this.#accounts, this.#byAddress, this.#byAccount],
      ...[this.#slow, this.#failing, this.#refusing, this.#requests],
      ...[this.#loginBudget, this.#requestBudget, this.#injectionBudget],
      this.#findings,
    ];
  }
}

const PERIOD_MS = 600_000;
/** Followed at once, per stream: with the tallies, and what slow-logins.ts keeps, at most about 1.1 MB. */
const MOST_ADDRESSES = 1024;
const MOST_ACCOUNTS = 512;
/** From so many failures or refusals on somebody is followed by name. */
const FEW = 3;
/** Fewer failures, refused targets or requests in ten minutes are never a finding. */
const LEAST_FAILED = 5;
const LEAST_REFUSED = 10;
const LEAST_REQUESTS = 128;
/** Addresses trying one account, since it is followed. */
const MANY_ADDRESSES = 5;
