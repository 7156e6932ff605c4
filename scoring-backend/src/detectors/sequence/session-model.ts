/**
 * Everything learned about the normal sessions of one stream, and the figures that say how far one is from it. Each
 * figure is larger for what is odder, and on a scale of which one unit is about a decade of rarity; NaN says nothing.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { ShareModel } from '../errors/share-model.ts';
import type { PerTemplate } from '../per-template.ts';
import { CountVectors, type KnownSession, makeUpOf } from './count-vectors.ts';
import { Duration } from './duration.ts';
import { KnownSequences, REPEATED } from './known-sequences.ts';
import { Order } from './order.ts';
import { SessionCounts } from './session-counts.ts';
import type { SessionEvidence } from './session-evidence.ts';
import type { SessionFeatures } from './session-features.ts';
import { Symbols } from './symbols.ts';
import { withTemplate } from '../../windows/session-event.ts';
import { float64Column, grown, int32Column } from '../../columns/small-columns.ts';

/** Figures of a session. The first ones are about its order. */
const MEAN = 0;
const SHORTFALL = 1;
const WORST = 2;
export const ORDER_FIGURES = 3;
const MAKE_UP = 3;
/** From here on: figures of a single record or number, which say less than those of the whole session. */
export const RAREST = 4;
const DURATION = 5;
const ERRORS = 6;
export const SESSION_FIGURES = 7;

export class SessionModel implements PerTemplate {
  /** Of the session measured last. */
  readonly figures = float64Column(SESSION_FIGURES);
  readonly #names = new Symbols();
  readonly #order = new Order(ORDER, MOST_GRAMS);
  readonly #makeUp = new CountVectors(MOST_VECTORS);
  readonly #duration = new Duration();
  readonly #errors = new ShareModel(0.05, 1_000);
  readonly #known = new KnownSequences();
  readonly #counts = new SessionCounts();
  /** Symbols whose template took another one in, and the sessions until they are judged again. */
  readonly #settling = new Map<number, number>();
  #symbols = int32Column(64);

  get halvings(): number {
    return this.#order.halvings;
  }

  /** @param releasing a release is on: which ways sessions go, and what they are made of, says nothing */
  measure(session: SessionFeatures, releasing = false): void {
    const { length, complete } = session;
    const { figures } = this;
    if (this.#read(session) >= REPEATED) figures.fill(0);
    else if (releasing || this.#isSettling(length)) figures.fill(NaN);
    else {
      this.#counts.take(this.#symbols, length);
      this.#order.judge(this.#symbols, length, complete);
      figures[MEAN] = scaled(8 * this.#order.mean);
      figures[SHORTFALL] = scaled(4 * this.#order.shortfall);
      figures[WORST] = scaled(this.#order.worst);
      const makeUp = complete ? this.#makeUp.judge(this.#counts) / Math.max(1, this.#counts.distinct) : NaN;
      figures[MAKE_UP] = scaled(4 * makeUp);
      figures[RAREST] = this.#makeUp.rarest(this.#counts);
      // The beginning of sessions that have come often is as normal as they are.
      if (!complete && this.#order.rarest >= REPEATED) figures.fill(0);
    }
    const durationMs = durationOf(session);
    figures[DURATION] = complete && this.#duration.ready ? this.#duration.judge(durationMs) : NaN;
    figures[ERRORS] = this.#errors.ready ? this.#errors.magnitude(session.errors, session.records) : NaN;
  }

  /** @param releasing a release is on: what is new in sessions came with it */
  learn(session: SessionFeatures, releasing = false): void {
    const { length, complete } = session;
    this.#read(session);
    const sessions = this.#known.learn();
    this.#errors.learn(session.errors, session.records);
    if (releasing) this.#noteNew(length);
    if (this.#settling.size > 0) this.#settle(length);
    const durationMs = durationOf(session);
    if (complete && !Number.isNaN(durationMs)) this.#duration.learn(durationMs);
    if (sessions === 0) return;
    this.#order.learn(this.#symbols, length, complete, sessions);
    if (!complete) return;
    this.#counts.take(this.#symbols, length);
    this.#makeUp.learn(this.#counts, sessions);
  }

  /** A number for the make-up of a session, the same for sessions with the same records. */
  makeUp(session: SessionFeatures): number {
    this.#read(session);
    this.#counts.take(this.#symbols, session.length);
    return makeUpOf(this.#counts);
  }

  /** What is odd about the session measured last, most important first; `magnitudes` of its figures. */
  evidence(session: SessionFeatures, magnitudes: Float64Array): SessionEvidence[] {
    const found: SessionEvidence[] = [];
    const order = Math.max(magnitudes[MEAN], magnitudes[SHORTFALL], magnitudes[WORST]);
    if (order >= WORTH_TELLING) found.push(this.#step(session, order));
    if (magnitudes[MAKE_UP] >= WORTH_TELLING) {
      const difference = this.#makeUp.difference(this.#counts);
      if (difference !== undefined) {
        const { symbol, expected, actual } = difference;
        const magnitude = magnitudes[MAKE_UP];
        const about = { ...NO_STEP, ...this.#blamed(symbol) };
        found.push({ ...about, kind: 'session_counts', magnitude, expected, actual, unit: 'records' });
      }
    }
    if (magnitudes[RAREST] >= WORTH_TELLING) {
      const expected = 10 ** -this.figures[RAREST];
      const magnitude = magnitudes[RAREST];
      const about = { ...NO_STEP, ...this.#blamed(this.#makeUp.rarestSymbol) };
      found.push({ ...about, kind: 'rare_template', magnitude, expected, actual: 1, unit: 'share' });
    }
    if (magnitudes[DURATION] >= WORTH_TELLING) {
      const expected = this.#duration.expectedMs / 1000;
      const actual = (session.endMs - session.startMs) / 1000;
      const magnitude = magnitudes[DURATION];
      found.push({ ...NO_STEP, kind: 'duration', magnitude, expected, actual, unit: 'seconds' });
    }
    if (magnitudes[ERRORS] >= WORTH_TELLING) {
      const actual = session.errors / session.records;
      const magnitude = magnitudes[ERRORS];
      const { mean: expected } = this.#errors;
      found.push({ ...NO_STEP, kind: 'error_rate', magnitude, expected, actual, unit: 'share' });
    }
    return found.sort((a, b) => b.magnitude - a.magnitude);
  }

  /** The known make-up nearest to that of a session, by template; undefined of one that was cut. */
  nearest(session: SessionFeatures): KnownSession | undefined {
    if (!session.complete) return undefined;
    this.#read(session);
    this.#counts.take(this.#symbols, session.length);
    this.#makeUp.judge(this.#counts);
    const { nearest } = this.#makeUp;
    if (nearest === undefined) return undefined;
    const counts = new Map<number, number>();
    for (const [symbol, count] of nearest.counts) {
      const template = this.#names.templateOf(symbol);
      counts.set(template, (counts.get(template) ?? 0) + count);
    }
    return { sessions: nearest.sessions, counts };
  }

  /** Before which of these events one more of `event` would be the least surprise. */
  likeliestPlace(events: readonly number[], event: number): number {
    const symbols = Int32Array.from(events, (one) => this.#names.of(one));
    return this.#order.likeliestPlace(symbols, this.#names.of(event));
  }

  #step({ length }: SessionFeatures, magnitude: number): SessionEvidence {
    const at = this.#order.worstAt;
    const { symbol, chance, actual } = this.#order.expected(this.#symbols, length, at, this.#names.end);
    const ended = at === length;
    return {
      kind: ended ? 'session_end' : 'sequence',
      magnitude,
      expected: chance,
      actual,
      unit: 'share',
      ...(ended ? NO_STEP : this.#blamed(this.#symbols[at])),
      after: at === 0 ? -1 : this.#names.templateOf(this.#symbols[at - 1]),
      instead: this.#names.templateOf(symbol),
      insteadEvent: this.#names.eventOf(symbol),
      at,
    };
  }

  #blamed(symbol: number): Pick<SessionEvidence, 'template' | 'event'> {
    return { template: this.#names.templateOf(symbol), event: this.#names.eventOf(symbol) };
  }

  /** Reads a session into symbols; how often the same one came. */
  #read({ templates, length, complete }: SessionFeatures): number {
    if (length > this.#symbols.length) this.#symbols = grown(this.#symbols, length * 2);
    for (let i = 0; i < length; i++) this.#symbols[i] = this.#names.of(templates[i]);
    return this.#known.find(this.#symbols, length, complete);
  }

  /** Has the session a symbol whose surroundings have just changed? */
  #isSettling(length: number): boolean {
    if (this.#settling.size === 0) return false;
    for (let i = 0; i < length; i++) if (this.#settling.has(this.#symbols[i])) return true;
    return false;
  }

  /** How rare the combinations of a new kind of record are is not known until many sessions with it were seen. */
  #noteNew(length: number): void {
    for (let i = 0; i < length; i++)
      if (!this.#makeUp.knows(this.#symbols[i])) this.#settling.set(this.#symbols[i], RELEASED_SETTLES_AFTER);
  }

  /** A session of a settling symbol was learned. */
  #settle(length: number): void {
    for (const symbol of new Set(this.#symbols.subarray(0, length))) {
      const left = this.#settling.get(symbol);
      if (left === undefined) continue;
      if (left > 1) this.#settling.set(symbol, left - 1);
      else this.#settling.delete(symbol);
    }
  }

  loosen(): void {
    this.#duration.loosen();
    this.#errors.loosen();
  }

  grow(capacity: number): void {
    this.#names.grow(capacity);
  }

  clear(index: number): void {
    this.#names.clear(index);
  }

  merge(from: number, to: number): void {
    for (const event of this.#names.eventsOf(from)) {
      const other = withTemplate(event, to);
      if (!this.#names.has(other)) continue;
      this.#makeUp.merge(this.#names.of(event), this.#names.of(other));
      // Orders learned of `from` are not known of `to`: sessions with it are learned for a while, and not judged.
      this.#settling.set(this.#names.of(other), SETTLES_AFTER);
    }
    this.#names.merge(from, to);
  }

  save(to: StateWriter): void {
    for (const part of this.#parts()) part.save(to);
    to.text(JSON.stringify([...this.#settling]));
  }

  load(from: StateReader): void {
    for (const part of this.#parts()) part.load(from);
    for (const [symbol, left] of JSON.parse(from.text()) as [number, number][]) this.#settling.set(symbol, left);
  }

  #parts(): { save(to: StateWriter): void; load(from: StateReader): void }[] {
    return [this.#names, this.#known, this.#order, this.#makeUp, this.#duration, this.#errors];
  }
}

/** A single record has none, and sessions of one record are mostly a kind of their own; NaN says nothing. */
function durationOf({ startMs, endMs, records }: SessionFeatures): number {
  return records > 1 ? endMs - startMs : NaN;
}

/** Surprises have heavier tails than the exponential one that calibration fits; their roots do not. */
function scaled(figure: number): number {
  return 2 * Math.sqrt(figure);
}

/** Symbols of context, entries and vectors kept at most: at 16 bytes an entry about 4 MiB per stream. */
const ORDER = 5;
const MOST_GRAMS = 196_608;
const MOST_VECTORS = 256;
/** Sessions of a template that took another one in that are learned before its surroundings are judged again. */
const SETTLES_AFTER = 50;
/** The same of a kind of record that came with a release: so many tell what one session in a thousand does. */
const RELEASED_SETTLES_AFTER = 1_000;
const WORTH_TELLING = 1.3;
const NO_STEP = { template: -1, after: -1, instead: -1, event: -1, insteadEvent: -1, at: -1 } as const;
