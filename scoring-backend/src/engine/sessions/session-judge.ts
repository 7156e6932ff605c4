/**
 * Verdicts on the ended sessions of one stream: order, make-up, errors and duration, each as an x of its own, calibrated
 * on the x of past normal sessions; the strongest of them, recalibrated, is the session's one p.
 *
 * Works outside of the engine too: event numbers stand for template indexes (`sessionOf`). Judge first, learn after:
 *
 *     const judge = new SessionJudge(1);
 *     for (const events of normal) judge.learn(sessionOf(events));
 *     judge.judge(sessionOf([5, 22])).margin > 0;
 */
import { sessionBudget, WeeklyUnits } from '../../calibration/budget.ts';
import { confidence } from '../../calibration/confidence.ts';
import { MAGNITUDE_WITH_REASONS } from '../../calibration/score.ts';
import { Recalibration } from '../../calibration/tail.ts';
import { Threshold } from '../../calibration/threshold.ts';
import type { PerTemplate } from '../../detectors/per-template.ts';
import type { SessionFeatures } from '../../detectors/sequence/session-features.ts';
import { SESSION_FIGURES, SessionModel } from '../../detectors/sequence/session-model.ts';
import type { SessionEvidence } from '../../detectors/sequence/session-evidence.ts';
import type { SessionFacts } from '../../explain/session-explanation.ts';
import { HeldSessions } from './held-sessions.ts';
import { checkSession } from './session-check.ts';
import { combinedMagnitude } from './session-oddness.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export interface SessionJudgement {
  /** M = −log10 p. */
  readonly magnitude: number;
  /** M − M_budget; for sessions without time M − 3. */
  readonly margin: number;
  readonly confidence: number;
  /** Most important first; none below M 2. */
  readonly evidence: readonly SessionEvidence[];
}

export class SessionJudge implements PerTemplate {
  readonly #budgetPerWeek: number;
  readonly #model = new SessionModel();
  readonly #parts = Array.from({ length: SESSION_FIGURES }, () => new Recalibration(false));
  readonly #whole = new Recalibration(false);
  readonly #weekly = new WeeklyUnits();
  /** Of the session judged last: M of its figures, NaN for one that says nothing; itself, and was a release on? */
  readonly #magnitudes = new Float64Array(SESSION_FIGURES);
  readonly #rule: Threshold;
  #x = 0;
  #judged: SessionFeatures | undefined;
  #releasing = false;
  #rebuildAt = 0;
  /** M that sessions must exceed, as of `#countedMs` (−1: never), and the sessions since. */
  #threshold = Infinity;
  #countedMs = -1;
  #uncounted = 0;
  /** End of the latest session that claimed more than is believed of one alone. */
  #beyondMs = -Infinity;
  /** Make-ups of the latest sessions that were set aside, 0 for normal ones, as a ring. */
  readonly #recent = new Float64Array(LATEST);
  #next = 0;
  /** Sessions digested, and those that are learned later. */
  #digested = 0;
  readonly #held = new HeldSessions();

  /** @param budgetPerWeek false episodes accepted per service and week */
  constructor(budgetPerWeek: number, rule = new Threshold()) {
    this.#budgetPerWeek = budgetPerWeek;
    this.#rule = rule;
  }

  /** Sessions learned. */
  get sessions(): number {
    return this.#whole.units;
  }

  /** M that sessions must exceed; Infinity before the first one with time. */
  get budget(): number {
    return this.#threshold;
  }

  /** How often the bound of the model was reached and old counts were halved. */
  get halvings(): number {
    return this.#model.halvings;
  }

  /** Judges a session and counts it in the week of the budget. While `releasing`, only failures and duration say something. */
  judge(session: SessionFeatures, releasing = false): SessionJudgement {
    this.#releasing = releasing;
    const looks = this.#measure(session);
    const magnitude = this.#believed(this.#whole.magnitude(this.#x), session.endMs);
    const known = confidence(this.#whole.units, SESSIONS_AT_HALF, looks, looks);
    const evidence = magnitude < MAGNITUDE_WITH_REASONS ? [] : this.#model.evidence(session, this.#magnitudes);
    return { magnitude, margin: magnitude - this.#budget(session, magnitude), confidence: known, evidence };
  }

  /** Tests what was said of the session just judged, by judging it again as it should have been. */
  explain(session: SessionFeatures, { magnitude, margin, evidence }: SessionJudgement): SessionFacts {
    const nearest = this.#model.nearest(session);
    const check = checkSession(session, evidence, magnitude, magnitude - margin, this.#model, (repaired) => {
      this.#measure(repaired);
      const left = Math.min(magnitude, this.#whole.magnitude(this.#x));
      const oddness = this.#model.figures.reduce((sum, figure) => (Number.isNaN(figure) ? sum : sum + figure), 0);
      return { oddness, magnitude: left, evidence: this.#model.evidence(repaired, this.#magnitudes) };
    });
    // What it is learned by is measured of itself.
    this.#measure(session);
    return { evidence, check, nearest };
  }

  /**
   * Takes in the session judged last, where no budget says which ones are flagged: those with M ≥ 3 are set aside, the
   * others learned. What one in a hundred sessions shows is learned later while the judge is young: when a thousand were
   * seen it can be told whether it is one in a thousand. Before, a few odd sessions would make themselves normal.
   */
  digest(session: SessionFeatures, { magnitude }: SessionJudgement): void {
    this.#digested++;
    if (magnitude >= UNTIMED_BUDGET) this.setAside(session);
    else if (magnitude >= DOUBTED_FROM && this.#isYoung) this.#held.add(session);
    else this.learn(session);
    if (this.#digested !== SURE_AFTER) return;
    for (const held of this.#held.take()) {
      this.#measure(held);
      if (this.#whole.magnitude(this.#x) >= UNTIMED_BUDGET) this.setAside(held);
      else this.learn(held);
    }
  }

  /** Can it be told that something is rare, and not yet how rare? */
  get #isYoung(): boolean {
    return this.#digested > DOUBTS_AFTER && this.#digested < SURE_AFTER && this.#whole.units < SURE_AFTER;
  }

  /**
   * Instead of `learn`: a flagged session is not learned, unless its make-up has become a tenth of the last two hundred
   * sessions. That is normal too then, whatever is wrong with it. Where half of them were set aside, what was normal is no
   * longer, and calibration starts anew; one kind more beside the known ones says nothing of how odd those may be. Was it
   * learned?
   */
  setAside(session: SessionFeatures): boolean {
    const kind = this.#model.makeUp(session);
    this.#remember(kind);
    let same = 0;
    let aside = 0;
    for (const recent of this.#recent) {
      if (recent === kind) same++;
      if (recent !== 0) aside++;
    }
    if (same < LATEST * NEW_NORMAL) return false;
    if (aside >= LATEST * CHANGED) for (const part of [...this.#parts, this.#whole]) part.restart();
    this.#learn(session);
    return true;
  }

  /** Learns a normal session. One that was just judged is not measured again. */
  learn(session: SessionFeatures): void {
    this.#remember(0);
    this.#learn(session);
  }

  /** Notes the make-up of one of the latest sessions; 0 for a normal one. */
  #remember(kind: number): void {
    this.#recent[this.#next] = kind;
    this.#next = (this.#next + 1) % LATEST;
  }

  #learn(session: SessionFeatures): void {
    if (this.#judged !== session) this.#measure(session);
    this.#judged = undefined;
    const { figures } = this.#model;
    for (let j = 0; j < SESSION_FIGURES; j++) if (!Number.isNaN(figures[j])) this.#parts[j].learn(figures[j]);
    this.#whole.learn(this.#x);
    this.#model.learn(session, this.#releasing);
    if (this.#whole.units < this.#rebuildAt) return;
    this.#rebuildAt = this.#whole.units + Math.max(1, Math.floor(this.#whole.units * GROWTH));
    for (const part of this.#parts) part.rebuild();
    this.#whole.rebuild();
  }

  /** An odd state is the new normal: what it changed shall be learned fast. */
  loosen(): void {
    this.#model.loosen();
  }

  /** Sets figures, magnitudes and x of a session; how many figures say something. */
  #measure(session: SessionFeatures): number {
    const model = this.#model;
    model.measure(session, this.#releasing);
    this.#judged = session;
    let looks = 0;
    for (let j = 0; j < SESSION_FIGURES; j++) {
      const x = model.figures[j];
      // Most sessions are of common kinds, with figures of 0.
      this.#magnitudes[j] = x > 0 ? this.#parts[j].magnitude(x) : x;
      if (!Number.isNaN(x)) looks++;
    }
    this.#x = combinedMagnitude(this.#magnitudes);
    return looks;
  }

  /** M that a session of this M must exceed; brought up to date once in a second of event time. */
  #budget({ endMs }: SessionFeatures, magnitude: number): number {
    if (Number.isNaN(endMs)) return UNTIMED_BUDGET;
    this.#rule.count(magnitude);
    this.#uncounted++;
    if (endMs < this.#countedMs + BUDGET_STEP_MS) return this.#threshold;
    const fromMs = this.#countedMs < 0 ? endMs : this.#countedMs;
    const perWeek = this.#weekly.add(this.#uncounted, fromMs, endMs + 1);
    this.#threshold = this.#rule.over(sessionBudget(perWeek, this.#budgetPerWeek));
    this.#countedMs = endMs;
    this.#uncounted = 0;
    return this.#threshold;
  }

  /**
   * What of a claimed M is believed of a session with time. Of n + 1 exchangeable sessions the oddest is the last one
   * with chance 1/(n + 1), whatever the distribution; beyond that, M rests on the shape of the tail alone. Figures of
   * sessions come in lumps (one per kind), and a new kind surprises the more, the more sessions the model has seen, so of
   * a session alone that shape is trusted for one decade. Two such sessions within one episode would be a chance of
   * 1/n each: the second one has what it claims.
   */
  #believed(claimed: number, endMs: number): number {
    if (Number.isNaN(endMs)) return claimed;
    const most = Math.log10(this.#whole.units + 1) + TRUSTED_DECADES;
    if (claimed <= most) return claimed;
    const alone = endMs - this.#beyondMs > TOGETHER_MS;
    this.#beyondMs = endMs;
    return alone ? most : claimed;
  }

  grow(capacity: number): void {
    this.#model.grow(capacity);
  }

  clear(index: number): void {
    this.#held.clear(index);
    this.#model.clear(index);
  }

  merge(from: number, to: number): void {
    this.#held.merge(from, to);
    this.#model.merge(from, to);
  }

  save(to: StateWriter): void {
    for (const part of [...this.#parts, this.#whole, this.#weekly, this.#model, this.#rule]) part.save(to);
    to.numbers(
      this.#rebuildAt,
      this.#next,
      this.#threshold,
      this.#countedMs,
      this.#uncounted,
      this.#beyondMs,
      this.#digested,
    );
    to.column(this.#recent);
    this.#held.save(to);
  }

  load(from: StateReader): void {
    for (const part of [...this.#parts, this.#whole, this.#weekly, this.#model, this.#rule]) part.load(from);
    const numbers = new Float64Array(7);
    from.column(numbers);
    [this.#rebuildAt, this.#next, this.#threshold, this.#countedMs, this.#uncounted, this.#beyondMs] = numbers;
    this.#digested = numbers[6];
    from.column(this.#recent);
    this.#held.load(from);
  }
}

/** Sessions after which confidence is one half. */
const SESSIONS_AT_HALF = 50;
/** M from which units without time are flagged. */
const UNTIMED_BUDGET = 3;
/** M from which a session is doubted, and how many sessions tell that one in a hundred shows it, and one in a thousand. */
const DOUBTED_FROM = 2;
const DOUBTS_AFTER = 100;
const SURE_AFTER = 1_000;
/** Decades beyond the sessions seen that M may claim, where it is held against a budget per week. */
const TRUSTED_DECADES = 1;
/** Anomalies no further apart are one episode. */
const TOGETHER_MS = 600_000;
const BUDGET_STEP_MS = 1_000;
/** Sessions remembered for `setAside`; the share of one kind that makes it normal, and of all kinds that is a change of it. */
const LATEST = 200;
const NEW_NORMAL = 0.1;
const CHANGED = 0.5;
/** The calibration is brought up to date when so much was learned since the last time. */
const GROWTH = 0.02;
