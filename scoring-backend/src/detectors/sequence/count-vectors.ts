/**
 * How unusual the make-up of a session is, whatever its order: how often each kind of record came.
 *
 * A kernel density over the count vectors seen so far (Aitchison and Aitken 1976, for discrete data): the chance of a
 * vector is that of a known one times, for each count that differs from it, the chance that this kind's count departs
 * and becomes what it is. x is the least −log10 over the known vectors. Counts are compared by class. A kind that comes
 * any number of times departs cheaply; one that always came thrice does not.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { CountClasses, classOfCount, countOfClass } from './count-classes.ts';
import type { SessionCounts } from './session-counts.ts';
import { float64Column, grown, int32Column } from '../../columns/small-columns.ts';

/** A kind of record whose count is not that of the nearest known session. */
export interface CountDifference {
  readonly symbol: number;
  readonly expected: number;
  readonly actual: number;
}

/** A known make-up: how often each symbol comes, by class, and the sessions that had it. */
export interface KnownSession {
  readonly sessions: number;
  readonly counts: ReadonlyMap<number, number>;
}

/** Symbols and classes of one known vector, and the sessions that had it. */
interface Known {
  readonly hash: number;
  readonly symbols: Int32Array;
  readonly classes: Uint8Array;
  sessions: number;
}

export class CountVectors {
  readonly #most: number;
  readonly #classes = new CountClasses();
  #known: Known[] = [];
  readonly #byHash = new Map<number, Known>();
  /** By symbol: what the session's count costs, and what it would cost to have none. */
  #cost = float64Column(64);
  #absent = float64Column(64);
  #absentAt = int32Column(64);
  #stamp = 0;
  #nearest: Known | undefined;
  /** The symbol that `rarest` found. */
  rarestSymbol = -1;

  /** @param most vectors kept */
  constructor(most: number) {
    this.#most = most;
  }

  get known(): number {
    return this.#known.length;
  }

  /** x of a session: −log10 of its chance; 0 before anything is known. */
  judge(session: SessionCounts): number {
    this.#nearest = undefined;
    if (this.#known.length === 0) return 0;
    this.#stamp++;
    let own = 0;
    for (let j = 0; j < session.distinct; j++) {
      const symbol = session.symbols[j];
      this.#room(symbol);
      own += this.#cost[symbol] = this.#classes.cost(symbol, session.classOf(symbol));
    }
    // The same vector is hardly ever bettered: with it as the bound the others end early.
    const symbols = session.symbols.slice(0, session.distinct).sort();
    this.#nearest = this.#byHash.get(hashOf(symbols, classesOf(session, symbols)));
    let best = this.#nearest === undefined ? Infinity : this.#distance(this.#nearest, session, own, Infinity);
    for (const known of this.#known) {
      const cost = this.#distance(known, session, own, best);
      if (cost >= best) continue;
      best = cost;
      this.#nearest = known;
    }
    return best;
  }

  #distance(known: Known, session: SessionCounts, own: number, limit: number): number {
    const { symbols, classes } = known;
    let cost = own - Math.log10(known.sessions / this.#classes.sessions);
    // What agreement with the rest of the vector could still take off.
    let left = own;
    for (let at = 0; at < symbols.length; at++) {
      const symbol = symbols[at];
      const count = session.countOf(symbol);
      if (count === 0) cost += this.#costOfNone(symbol);
      else {
        left -= this.#cost[symbol];
        if (session.classOf(symbol) === classes[at]) cost -= this.#cost[symbol];
      }
      if (cost - left >= limit) return Infinity;
    }
    return cost;
  }

  #costOfNone(symbol: number): number {
    if (this.#absentAt[symbol] !== this.#stamp) {
      this.#absentAt[symbol] = this.#stamp;
      this.#absent[symbol] = this.#classes.cost(symbol, 0);
    }
    return this.#absent[symbol];
  }

  /** The known vector nearest to the session judged last. */
  get nearest(): KnownSession | undefined {
    if (this.#nearest === undefined) return undefined;
    const { symbols, classes, sessions } = this.#nearest;
    return { sessions, counts: new Map(Array.from(symbols, (symbol, at) => [symbol, countOfClass(classes[at])])) };
  }

  /** What differs most between the session judged last and the known one nearest to it. */
  difference(session: SessionCounts): CountDifference | undefined {
    if (this.#nearest === undefined) return undefined;
    const { symbols, classes } = this.#nearest;
    const expected = new Map<number, number>();
    for (let j = 0; j < session.distinct; j++) expected.set(session.symbols[j], 0);
    symbols.forEach((symbol, at) => expected.set(symbol, classes[at]));
    let worst: CountDifference | undefined;
    let most = -Infinity;
    for (const [symbol, known] of expected) {
      const cost = this.#classes.cost(symbol, session.classOf(symbol));
      if (session.classOf(symbol) === known || cost <= most) continue;
      most = cost;
      worst = { symbol, expected: countOfClass(known), actual: session.countOf(symbol) };
    }
    return worst;
  }

  /** −log10 of the share of sessions that have the session's rarest symbol; the symbol is `rarestSymbol`. */
  rarest(session: SessionCounts): number {
    let least = Infinity;
    for (let j = 0; j < session.distinct; j++) {
      const sessions = this.#classes.having(session.symbols[j]);
      if (sessions >= least) continue;
      least = sessions;
      this.rarestSymbol = session.symbols[j];
    }
    return least === Infinity ? 0 : -Math.log10((least + 0.5) / (this.#classes.sessions + 1));
  }

  /** Has a session with this symbol been learned? */
  knows(symbol: number): boolean {
    return this.#classes.having(symbol) > 0;
  }

  /** Learns a session that came `sessions` times. */
  learn(session: SessionCounts, sessions: number): void {
    const symbols = session.symbols.slice(0, session.distinct).sort();
    const classes = classesOf(session, symbols);
    this.#classes.begin(sessions);
    for (let at = 0; at < symbols.length; at++) {
      this.#room(symbols[at]);
      this.#classes.learn(symbols[at], classes[at], sessions);
    }
    const hash = hashOf(symbols, classes);
    const known = this.#byHash.get(hash);
    if (known !== undefined) known.sessions += sessions;
    else this.#add({ hash, symbols, classes, sessions });
  }

  #add(known: Known): void {
    if (this.#known.length === this.#most) this.#forget();
    this.#known.push(known);
    this.#byHash.set(known.hash, known);
  }

  /** Forgets the rarer half of the vectors, the oldest among equals. */
  #forget(): void {
    const order = this.#known.map((known, age) => ({ known, age }));
    order.sort((a, b) => b.known.sessions - a.known.sessions || b.age - a.age);
    const kept = order.slice(0, this.#most / 2).sort((a, b) => a.age - b.age);
    this.#known = kept.map(({ known }) => known);
    this.#byHash.clear();
    for (const known of this.#known) this.#byHash.set(known.hash, known);
  }

  /** `from` is `to` from now on: known vectors are told over. */
  merge(from: number, to: number): void {
    this.#classes.merge(from, to);
    const told = this.#known;
    this.#known = [];
    this.#byHash.clear();
    this.#room(to);
    for (const known of told) {
      const next = known.symbols.includes(from) ? merged(known, from, to) : known;
      const same = this.#byHash.get(next.hash);
      if (same !== undefined) same.sessions += next.sessions;
      else this.#add(next);
    }
  }

  #room(symbol: number): void {
    if (symbol < this.#cost.length) return;
    this.#cost = grown(this.#cost, symbol * 2);
    this.#absent = grown(this.#absent, symbol * 2);
    this.#absentAt = grown(this.#absentAt, symbol * 2);
  }

  save(to: StateWriter): void {
    this.#classes.save(to);
    to.number(this.#known.length);
    for (const { symbols, classes, sessions } of this.#known) {
      to.number(sessions);
      to.number(symbols.length);
      to.column(symbols);
      to.column(classes);
    }
  }

  load(from: StateReader): void {
    this.#classes.load(from);
    const length = from.number();
    for (let i = 0; i < length; i++) {
      const sessions = from.number();
      const symbols = new Int32Array(from.number());
      const classes = new Uint8Array(symbols.length);
      from.column(symbols);
      from.column(classes);
      for (const symbol of symbols) this.#room(symbol);
      this.#add({ hash: hashOf(symbols, classes), symbols, classes, sessions });
    }
  }
}

/** A number for the make-up of a session: the same for the same counts, by class. */
export function makeUpOf(session: SessionCounts): number {
  const symbols = session.symbols.slice(0, session.distinct).sort();
  return hashOf(symbols, classesOf(session, symbols));
}

function classesOf(session: SessionCounts, symbols: Int32Array): Uint8Array {
  return Uint8Array.from(symbols, (symbol) => session.classOf(symbol));
}

function merged({ symbols, classes, sessions }: Known, from: number, to: number): Known {
  const counts = new Map<number, number>();
  symbols.forEach((symbol, at) => {
    const name = symbol === from ? to : symbol;
    counts.set(name, (counts.get(name) ?? 0) + countOfClass(classes[at]));
  });
  const ordered = Int32Array.from(counts.keys()).sort();
  const orderedClasses = Uint8Array.from(ordered, (symbol) => classOfCount(counts.get(symbol) ?? 0));
  return { hash: hashOf(ordered, orderedClasses), symbols: ordered, classes: orderedClasses, sessions };
}

/** 53 bits, so that a Map of numbers can be keyed by it. */
function hashOf(symbols: Int32Array, classes: Uint8Array): number {
  let high = 0x811c9dc5;
  let low = 0x01234567;
  for (let at = 0; at < symbols.length; at++) {
    const pair = symbols[at] * 32 + classes[at];
    high = Math.imul(high ^ pair, 0x01000193);
    high ^= high >>> 15;
    low = Math.imul(low ^ pair, 0x85ebca6b);
    low ^= low >>> 13;
  }
  return (high >>> 0) * 0x200000 + ((low >>> 0) & 0x1fffff);
}
