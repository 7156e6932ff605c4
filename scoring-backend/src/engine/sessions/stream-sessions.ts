/**
 * The sessions of one stream: which record belongs to which one (by a configured attribute, its trace id, the attribute
 * `session.id`, a configured pattern or an id found in its line, whichever comes first), what becomes of one that has
 * ended, and when an odd kind of session becomes normal.
 *
 * One cause makes many odd sessions: the same finding is told once an hour. A session that is told is learned, as the
 * one of its kind; the rest of the flagged ones are not. So a changed flow (a release) is told once, and the budget
 * holds: a calibration that never learned what it flags would go on flagging the rare kinds of a stream for ever.
 */
import { Threshold } from '../../calibration/threshold.ts';
import { SESSION } from '@seismo/otel-processor/otlp/record-keys';
import { ODD_SESSION } from '../../detectors/sequence/odd-sessions.ts';
import type { PerTemplate } from '../../detectors/per-template.ts';
import type { SessionEvidence } from '../../detectors/sequence/session-evidence.ts';
import type { SessionFeatures } from '../../detectors/sequence/session-features.ts';
import type { SessionFacts } from '../../explain/session-explanation.ts';
import { REQUEST, MESSAGE } from '../../templates/template-roles.ts';
import { EventKinds } from '../../windows/event-kinds.ts';
import { IdFinder } from '../../windows/id-finder.ts';
import { OpenSessions } from '../../windows/sessions.ts';
import { SessionTally } from '../../windows/session-tally.ts';
import { OddState } from '../streams/odd-state.ts';
import type { RecordBatch } from '../record-batch.ts';
import type { StreamRelease } from '../streams/stream-release.ts';
import { SessionJudge, type SessionJudgement } from './session-judge.ts';
import type { EngineSettings } from '../settings.ts';
import type { StreamBudget } from '../streams/stream-budget.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

/** Takes a flagged session that is to be told; it is reused after the call. */
export type SessionFound = (
  session: SessionFeatures,
  judgement: SessionJudgement,
  facts: SessionFacts,
  acceptedAfterHours: number,
) => void;

export class StreamSessions implements PerTemplate {
  readonly #open: OpenSessions;
  readonly #ids = new IdFinder();
  readonly #kinds = new EventKinds();
  /** Made with the first session that ends: many streams have none. */
  #judge: SessionJudge | undefined;
  readonly #settings: EngineSettings;
  readonly #attributeFirst: boolean;
  readonly #pattern: RegExp | undefined;
  readonly #odd = new OddState();
  readonly #found: SessionFound;
  readonly #release: StreamRelease;
  /** The sessions that ended since the last window closed. */
  readonly #tally = new SessionTally();
  /** Sessions judged so far, and when the first one began. */
  ended = 0;
  #firstMs = -1;
  /** Until when flagged sessions are learned, after an odd state was accepted. */
  #acceptUntilMs = -1;
  /** Until when a finding has been told, by its words. */
  #told = new Map<string, number>();

  readonly #weeks: StreamBudget;

  constructor(settings: EngineSettings, weeks: StreamBudget, release: StreamRelease, found: SessionFound) {
    this.#release = release;
    this.#weeks = weeks;
    this.#open = new OpenSessions(settings, (session) => this.#end(session));
    this.#settings = settings;
    this.#attributeFirst = settings.sessionAttribute !== '';
    this.#pattern = settings.sessionPattern === '' ? undefined : new RegExp(settings.sessionPattern, 'dg');
    this.#found = found;
  }

  #newJudge(): SessionJudge {
    return new SessionJudge(this.#settings.budgetPerWeek, new Threshold(this.#settings));
  }

  /** Sessions ended early, because too many were open. */
  get evicted(): number {
    return this.#open.evicted;
  }

  /** M that a session must exceed, as of now. */
  get budget(): number {
    return this.#judge?.budget ?? Infinity;
  }

  /** From this watermark on `advance` has something to do. */
  get dueMs(): number {
    return this.#open.dueMs;
  }

  /** Looks up the session of record i's trace ahead of `add`. */
  find(batch: RecordBatch, i: number): void {
    const trace = batch.traceStart[i];
    batch.session[i] = this.#open.find(batch.bytes, trace, trace + TRACE_BYTES);
  }

  /**
   * Counts record i in its session, if it has one; its attributes are values `[first, last)` of the batch.
   * @param roles of its template (template-roles.ts)
   */
  add(
    batch: RecordBatch,
    i: number,
    first: number,
    last: number,
    template: number,
    roles: number,
    error: number,
  ): void {
    const { bytes } = batch;
    const timeMs = batch.timeMs[i];
    if (this.#attributeFirst && this.#addByAttribute(batch, i, first, last, template, roles, error)) return;
    const trace = batch.traceStart[i];
    if (trace >= 0) {
      const event = this.#event(template, roles, batch, i);
      this.#open.add(bytes, trace, trace + TRACE_BYTES, false, event, timeMs, error, batch.session[i]);
      return;
    }
    if (!this.#attributeFirst && this.#addByAttribute(batch, i, first, last, template, roles, error)) return;
    if (this.#pattern !== undefined) {
      this.#addByPattern(this.#pattern, batch, i, template, error);
      return;
    }
    const ids = this.#ids;
    const end = batch.messageEnd[i];
    if (!ids.known) {
      ids.sample(bytes, batch.messageStart[i], end, template);
      return;
    }
    let found = 0;
    for (let at = batch.messageStart[i]; found < MOST_IDS && ids.next(bytes, at, end); at = ids.tokens.end, found++)
      this.#open.add(bytes, ids.tokens.start, ids.tokens.end, true, template, timeMs, error, -1);
  }

  /** What the record is in its session: its template, and which kind of it where that says little. */
  #event(template: number, roles: number, batch: RecordBatch, i: number): number {
    if ((roles & (REQUEST | MESSAGE)) === 0) return template;
    return this.#kinds.of(template, roles, batch.bytes, batch.messageStart[i], batch.messageEnd[i]);
  }

  /** Counts record i by the attribute among its values `[first, last)`; false where it has none. */
  #addByAttribute(
    batch: RecordBatch,
    i: number,
    first: number,
    last: number,
    template: number,
    roles: number,
    error: number,
  ): boolean {
    for (let v = first; v < last; v++) {
      if (batch.valueMeaning[v] !== SESSION || batch.valueEnd[v] === batch.valueStart[v]) continue;
      const isText = batch.valueKind[v] === TEXT;
      const event = this.#event(template, roles, batch, i);
      this.#open.add(batch.bytes, batch.valueStart[v], batch.valueEnd[v], isText, event, batch.timeMs[i], error, -1);
      return true;
    }
    return false;
  }

  #addByPattern(pattern: RegExp, batch: RecordBatch, i: number, template: number, error: number): void {
    const { bytes } = batch;
    const from = batch.messageStart[i];
    // One character a byte, so that places in the text are places in the bytes.
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, batch.messageEnd[i] - from).toString('latin1');
    let found = 0;
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices?.[1] ?? match.indices?.[0] ?? [0, 0];
      if (end > start) this.#open.add(bytes, from + start, from + end, true, template, batch.timeMs[i], error, -1);
      if (++found === MOST_IDS) return;
    }
  }

  /** Adds the sessions that ended since the last window closed to the one that does now. */
  moveTally(to: SessionTally): void {
    to.add(this.#tally);
    this.#tally.clear();
  }

  /** Ends sessions that are idle by the watermark. */
  advance(watermarkMs: number): void {
    this.#open.advance(watermarkMs);
  }

  /** Records may have been missed. */
  markGap(): void {
    this.#open.markGap();
  }

  #end(session: SessionFeatures): void {
    this.ended++;
    this.#weeks.session(session.startMs);
    if (this.#firstMs < 0) this.#firstMs = session.startMs;
    const judge = (this.#judge ??= this.#newJudge());
    const judgement = judge.judge(session, this.#release.changes(session.startMs, session.endMs));
    this.#count(judgement);
    const odd = judgement.margin > 0;
    const { startMs, endMs } = session;
    const span = { startMs, endMs, incomplete: false };
    const acceptedAfterHours = this.#odd.follow(span, odd, endMs - this.#firstMs);
    if (acceptedAfterHours > 0) {
      judge.loosen();
      this.#acceptUntilMs = endMs + ACCEPTING_MS;
    }
    const isOfRelease = this.#isOfRelease(session, judgement);
    const told = odd && !isOfRelease && (acceptedAfterHours > 0 || this.#isNews(judgement.evidence[0], endMs));
    if (told) this.#found(session, judgement, judge.explain(session, judgement), acceptedAfterHours);
    if (!odd || told || isOfRelease || endMs <= this.#acceptUntilMs) judge.learn(session);
  }

  #count({ magnitude, evidence }: SessionJudgement): void {
    const tally = this.#tally;
    tally.ended++;
    if (magnitude < ODD_SESSION) return;
    tally.odd++;
    if (magnitude <= tally.magnitude) return;
    tally.magnitude = magnitude;
    tally.template = evidence[0]?.template ?? -1;
  }

  /** After a release sessions go other ways; that they fail or take longer is no part of it. */
  #isOfRelease({ startMs, endMs }: SessionFeatures, { evidence }: SessionJudgement): boolean {
    if (!this.#release.covers(startMs, endMs)) return false;
    return !evidence.some(({ kind, magnitude }) => (kind === 'error_rate' || kind === 'duration') && magnitude >= SURE);
  }

  #isNews(evidence: SessionEvidence | undefined, endMs: number): boolean {
    const words = evidence === undefined ? '' : `${evidence.kind} ${evidence.template} ${evidence.after}`;
    if ((this.#told.get(words) ?? -1) > endMs) return false;
    if (this.#told.size >= MOST_TOLD) this.#told.clear();
    this.#told.set(words, endMs + TOLD_FOR_MS);
    return true;
  }

  grow(capacity: number): void {
    this.#judge?.grow(capacity);
  }

  clear(index: number): void {
    this.#tally.forget(index);
    this.#kinds.clear(index);
    this.#open.clear(index);
    this.#judge?.clear(index);
  }

  merge(from: number, to: number): void {
    this.#tally.forget(from);
    this.#kinds.merge(from, to);
    this.#open.merge(from, to);
    this.#judge?.merge(from, to);
  }

  save(to: StateWriter): void {
    for (const part of [this.#open, this.#ids, this.#kinds, this.#odd]) part.save(to);
    to.number(this.#judge === undefined ? 0 : 1);
    this.#judge?.save(to);
    to.numbers(this.ended, this.#firstMs, this.#acceptUntilMs);
    to.text(JSON.stringify([...this.#told]));
    to.column(this.#tally.numbers());
  }

  load(from: StateReader): void {
    for (const part of [this.#open, this.#ids, this.#kinds, this.#odd]) part.load(from);
    this.#judge = from.number() === 1 ? this.#newJudge() : undefined;
    this.#judge?.load(from);
    const numbers = new Float64Array(3);
    from.column(numbers);
    [this.ended, this.#firstMs, this.#acceptUntilMs] = numbers;
    this.#told = new Map(JSON.parse(from.text()) as [string, number][]);
    const tally = new Float64Array(4);
    from.column(tally);
    this.#tally.set(tally);
  }
}

const TRACE_BYTES = 16;
/** Field number of AnyValue.string_value. */
const TEXT = 1;
/** Ids of one line that it is counted for. */
const MOST_IDS = 8;
const TOLD_FOR_MS = 3_600_000;
const MOST_TOLD = 1_000;
/** Magnitude from which errors or a duration make a session odd, whatever else does. */
const SURE = 3;
const ACCEPTING_MS = 3_600_000;
