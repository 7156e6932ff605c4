/** Puts what the rules claim against their budgets, and sees to it that every actor is spoken of once. */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import type { Actor } from './actor.ts';
import type { AttackBudget } from './attack-budget.ts';
import { MOST_MAGNITUDE, type SecurityFinding } from './finding.ts';
import { type InjectionKind, TECHNIQUES } from './technique.ts';

/** What a rule claims of an actor. */
export type Claim = Omit<SecurityFinding, 'actor' | 'margin' | 'periodMs'>;

export class Findings {
  /** The strongest finding about the record that `begin` began. */
  latest: SecurityFinding | undefined;
  #learning = true;
  /** Until when injections without an address have been spoken of. */
  #namelessUntilMs = -1;

  begin(learn: boolean): void {
    this.#learning = learn;
    this.latest = undefined;
  }

  /** Takes a claim; true when it is over the budget: the actor has been spoken of now. */
  say(actor: Actor, claim: Claim, budget: AttackBudget, timeMs: number): boolean {
    const magnitude = Math.min(MOST_MAGNITUDE, Math.max(0, claim.magnitude));
    const margin = magnitude - budget.magnitude;
    const finding = { ...claim, actor: actor.name, magnitude, margin, periodMs: budget.periodMs };
    this.#keep(finding);
    if (margin <= 0) return false;
    if (this.#learning) {
      actor.said = { ...finding, margin: 0 };
      actor.spokenUntilMs = timeMs + SPOKEN_FOR_MS;
    }
    return true;
  }

  /** What was said of an actor lately holds for what it goes on to do, at no further cost; false when nothing was. */
  repeat(actor: Actor, timeMs: number): boolean {
    if (actor.said === undefined || timeMs >= actor.spokenUntilMs) return false;
    if (this.#learning) actor.spokenUntilMs = timeMs + SPOKEN_FOR_MS;
    this.#keep(actor.said);
    return true;
  }

  /** An injection by nobody knows whom: all of them are said once a day. */
  nameless(kind: InjectionKind, rate: number, budget: AttackBudget, timeMs: number): void {
    const magnitude = -Math.log10(rate);
    if (this.#learning) budget.count();
    let margin = magnitude - budget.magnitude;
    if (margin > 0) {
      if (timeMs < this.#namelessUntilMs) margin = 0;
      if (this.#learning) this.#namelessUntilMs = timeMs + NAMELESS_FOR_MS;
    }
    const technique = TECHNIQUES[kind];
    const { periodMs } = budget;
    this.#keep({
      kind,
      technique,
      actor: '',
      isAccount: false,
      magnitude,
      margin,
      expected: rate,
      actual: 1,
      periodMs,
    });
  }

  #keep(finding: SecurityFinding): void {
    if (this.latest === undefined || finding.margin > this.latest.margin) this.latest = finding;
  }

  save(to: StateWriter): void {
    to.number(this.#namelessUntilMs);
  }

  load(from: StateReader): void {
    this.#namelessUntilMs = from.number();
  }
}

const SPOKEN_FOR_MS = 7 * 86_400_000;
const NAMELESS_FOR_MS = 86_400_000;
