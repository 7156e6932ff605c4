/** Everything the engine knows of one stream, and what happens to it when a record, a tick or a gap comes. */
import { type BudgetWeek, WINDOW_SIZES, type StreamIdentity } from './outputs.ts';
import type { RecordBatch } from './record-batch.ts';
import type { EngineSettings } from './settings.ts';
import { Catalogue } from './catalogue.ts';
import { RecordJudge } from './record-judge.ts';
import { RecordWatch } from './record-watch.ts';
import { StreamBudget } from './stream-budget.ts';
import { StreamDrift } from './stream-drift.ts';
import { RARE_MS, StreamRelease } from './stream-release.ts';
import { StreamSessions } from './stream-sessions.ts';
import { WindowJudge } from './window-judge.ts';
import type { PendingOutputs } from './pending-outputs.ts';
import type { StateReader, StateWriter } from './state-codec.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../detectors/per-template.ts';
import { Season, SLOT_MS as SEASON_SLOT_MS } from '../detectors/rate/season.ts';
import { Cadence } from '../detectors/silence/cadence.ts';
import { ExampleLines } from '../explain/examples.ts';
import { hexId } from '../explain/ids.ts';
import { NearestTemplates } from '../explain/nearest-template.ts';
import type { NamedTemplate } from '../explain/reasons.ts';
import type { CreateTemplateMiner, TemplateMiner } from '../templates/template-miner.ts';
import { StreamClock } from '../windows/stream-clock.ts';
import { TemplateVectors } from '../windows/log-vector.ts';
import { Transitions } from '../windows/transitions.ts';
import { TumblingWindows } from '../windows/tumbling.ts';
import type { WindowCounts } from '../windows/window-counts.ts';

export class StreamState {
  readonly identity: StreamIdentity;
  readonly records: RecordJudge;
  readonly examples: ExampleLines;
  readonly catalogue = new Catalogue();
  readonly cadence = new Cadence();
  readonly watch: RecordWatch;
  readonly sessions: StreamSessions;
  readonly release = new StreamRelease((release) => this.drift.released(release, (template) => this.named(template)));
  late = 0;
  readonly drift: StreamDrift;
  readonly budget: StreamBudget;
  templatesEvicted = 0;
  #miner: TemplateMiner;
  readonly #create: CreateTemplateMiner;
  readonly #settings: EngineSettings;
  readonly #outputs: PendingOutputs;
  readonly #clock: StreamClock;
  readonly windows: TumblingWindows;
  readonly #season = new Season();
  readonly #transitions = new Transitions();
  readonly #vectors = new TemplateVectors();
  readonly nearest = new NearestTemplates();
  readonly #judges: WindowJudge[];
  /** All that is kept per template, but for the catalogue. */
  readonly #columns: PerTemplate[];
  #capacity = INITIAL_TEMPLATES;
  #templates = 0;
  /** Start of a gap that no record has ended yet, -1 none. */
  #gapFromMs = -1;
  readonly #closed: (window: WindowCounts, size: number) => void;

  constructor(
    identity: StreamIdentity,
    settings: EngineSettings,
    create: CreateTemplateMiner,
    outputs: PendingOutputs,
  ) {
    this.identity = identity;
    this.#settings = settings;
    this.#create = create;
    this.#outputs = outputs;
    this.#miner = create(settings);
    this.records = new RecordJudge(settings);
    this.watch = new RecordWatch(settings.budgetPerWeek);
    this.examples = new ExampleLines(settings);
    this.budget = new StreamBudget(settings.budgetPerWeek);
    this.drift = new StreamDrift(identity, (drift) => outputs.drift(drift));
    this.sessions = new StreamSessions(settings, this.budget, this.release, (...found) =>
      outputs.session(this, ...found),
    );
    this.#clock = new StreamClock(settings);
    this.windows = new TumblingWindows(this.catalogue, settings.maxEmptyWindows);
    this.windows.grow(this.#capacity);
    this.#judges = WINDOW_SIZES.map(
      (sizeMs) => new WindowJudge(sizeMs, settings, this.catalogue, this.#vectors, this.watch.series),
    );
    this.#columns = [
      ...[this.records, this.watch, this.cadence, this.examples, this.#transitions, this.#vectors],
      ...[this.windows, this.release, this.sessions, ...this.#judges],
    ];
    this.#closed = (window, size) => this.#judge(window, size);
  }

  /** Latest event time, -1 before the first record. */
  get latestMs(): number {
    return this.#clock.latestMs;
  }

  get templates(): number {
    return this.#templates;
  }

  /** The template of record i, mined or adopted; what that changed among templates is carried out at once. */
  template(batch: RecordBatch, i: number): number {
    const adopted = batch.templateStart[i];
    const index =
      adopted >= 0
        ? this.#miner.adopt(batch.bytes, adopted, batch.templateEnd[i])
        : this.#miner.mine(batch.bytes, batch.messageStart[i], batch.messageEnd[i]);
    const changes = this.#miner.takeChanges();
    if (this.#miner.size > this.#capacity) this.#grow(Math.max(this.#miner.size, this.#capacity * 2));
    if (changes.length > 0) this.#apply(changes);
    return index;
  }

  templateHigh(index: number): number {
    return this.#miner.idHigh(index);
  }

  templateLow(index: number): number {
    return this.#miner.idLow(index);
  }

  named(index: number): NamedTemplate {
    return { id: hexId(this.#miner.idHigh(index), this.#miner.idLow(index)), text: this.#miner.text(index) };
  }

  /** Looks into record i, whose attributes are values `[first, last)` of the batch; what it finds is in `watch`. */
  look(template: number, batch: RecordBatch, i: number, first: number, last: number, learn: boolean): void {
    this.watch.look(template, batch, i, first, last, this.#miner, learn);
  }

  /** Moves time by a record's, closing windows; false when the record belongs to no window. */
  arrive(timeMs: number): boolean {
    const clock = this.#clock;
    if (clock.latestMs < 0) {
      clock.observe(timeMs);
      this.windows.start(timeMs, clock.watermarkMs());
      return true;
    }
    if (this.#gapFromMs >= 0) this.#endGap(timeMs);
    const before = clock.latestMs;
    const placed = clock.observe(timeMs);
    if (clock.latestMs !== before) this.#advance();
    return placed;
  }

  /**
   * Learns a record that was judged. `placed` as `arrive` said; `looked`: its values are in `watch`. Its attributes are
   * values `[first, last)` of the batch.
   */
  learn(
    template: number,
    batch: RecordBatch,
    i: number,
    placed: boolean,
    line: number,
    looked: boolean,
    first: number,
    last: number,
  ): void {
    const timeMs = batch.timeMs[i];
    const severity = batch.severity[i];
    const { novelty } = this.records;
    if (timeMs - this.cadence.lastMs[template] >= RARE_MS && severity < WARN)
      this.release.arrived(template, timeMs, novelty.historyOf(template));
    if (novelty.count[template] === 0) {
      this.catalogue.born(template, timeMs);
      this.#vectors.born(template, this.#miner.text(template));
      this.#templates++;
    }
    this.records.learn(template, timeMs);
    this.catalogue.changed(template);
    if (placed) this.cadence.learn(template, timeMs, this.windows.completeFromMs);
    const error = severity >= ERROR ? 1 : 0;
    const lineBytes = batch.lineEnd[i] - batch.lineStart[i];
    const surpriseBits = this.#transitions.follow(template);
    const inBucket = placed ? this.windows.add(timeMs, template, error, lineBytes, surpriseBits) : 0;
    if (placed) this.sessions.add(batch, i, first, last, template, this.watch.rolesOf(template), error);
    if (inBucket === 0) this.late++;
    else if (looked) this.watch.addTo(this.windows.values);
    // Copying a line costs more than all the rest: the first ones of a template in a bucket stand for the others.
    if (inBucket === 0 ? !this.examples.has(template) : inBucket <= this.#settings.examplesPerTemplate) {
      const { bytes, lineStart, lineEnd, traceStart } = batch;
      this.examples.add(template, bytes, lineStart[i], lineEnd[i], traceStart[i], timeMs, severity, line);
    }
  }

  tick(timeMs: number): void {
    this.#clock.tick(timeMs);
    if (this.#clock.latestMs >= 0) this.#advance();
  }

  /** From the last record on, records may have come that are not counted; until the next one. */
  markGap(): void {
    if (this.#clock.latestMs < 0) return;
    if (this.#gapFromMs < 0) this.#gapFromMs = this.#clock.latestMs;
    this.windows.completeFromMs = Infinity;
    this.sessions.markGap();
  }

  takeCatalogue(): ReturnType<Catalogue['take']> {
    return this.catalogue.take(this.identity, this.#miner, this.#figures());
  }

  /** What the budget promised and what came, of the weeks that have changed since the last call. */
  takeBudget(): BudgetWeek[] {
    const windows = this.#judges.map(({ budget }) => budget);
    return this.budget.take(this.identity, { windows, sessions: this.sessions.budget, records: this.records.budget });
  }

  #endGap(timeMs: number): void {
    this.windows.completeFromMs = Math.max(timeMs, this.#gapFromMs);
    this.#outputs.gap({ stream: this.identity, fromMs: this.#gapFromMs, toMs: Math.max(timeMs, this.#gapFromMs) });
    this.#gapFromMs = -1;
  }

  #advance(): void {
    const watermarkMs = this.#clock.watermarkMs();
    if (watermarkMs >= this.sessions.dueMs) this.sessions.advance(watermarkMs);
    if (this.windows.closedUntilMs + WINDOW_SIZES[0] > watermarkMs) return;
    this.windows.advance(watermarkMs, this.#templates, this.#closed);
  }

  #judge(window: WindowCounts, size: number): void {
    if (size === 0) {
      this.sessions.moveTally(window.sessions);
      this.cadence.review(window.touched, window.touchedCount);
      this.#transitions.refresh(window.touched, window.touchedCount);
      if (!window.incomplete) this.records.bucketClosed(window.records - window.equal, window.startMs, window.endMs);
      this.watch.bucketClosed(window.startMs, window.endMs);
      this.release.passed(window.endMs, this.records.novelty.records);
      this.release.saw(window.startMs, window.records);
    }
    window.releasing = this.release.covers(window.startMs, window.endMs);
    window.releaseRecords = window.releasing ? this.release.recordsBefore(window.records) : 0;
    window.embed(this.#vectors);
    const judgement = this.#judges[size].take(window, this.cadence, this.windows.completeFromMs, this.#season);
    this.budget.window(size, window.startMs, window.endMs, window.records - window.equal);
    if (WINDOW_SIZES[size] === SEASON_SLOT_MS && !window.incomplete) {
      this.#season.learn(window.startMs, window.records);
      for (const figure of this.drift.take(window, judgement.magnitude, this.catalogue.bornMs))
        for (const judge of this.#judges) judge.drifted(figure);
    }
    this.#outputs.window(this, window, size, judgement);
  }

  #apply(changes: ReturnType<TemplateMiner['takeChanges']>): void {
    for (const change of changes) {
      const figures = this.#figures();
      if (change.kind === 'merged') {
        const { from, to } = change;
        if (figures.counts[from] > 0 && figures.counts[to] > 0) this.#templates--;
        this.catalogue.merge(from, to, this.#miner, figures);
        for (const column of this.#columns) column.merge(from, to);
      } else if (change.kind === 'evicted') {
        if (figures.counts[change.index] > 0) this.#templates--;
        this.templatesEvicted++;
        this.catalogue.evict(change.index, change.id, figures);
        for (const column of this.#columns) column.clear(change.index);
      }
    }
  }

  #grow(capacity: number): void {
    this.#capacity = capacity;
    this.catalogue.grow(capacity);
    for (const column of this.#columns) column.grow(capacity);
  }

  #figures(): { counts: Float64Array; lastMs: Float64Array; examples: ExampleLines } {
    return { counts: this.records.novelty.count, lastMs: this.cadence.lastMs, examples: this.examples };
  }

  save(to: StateWriter): void {
    to.bytes(this.#miner.save());
    to.numbers(this.#capacity, this.#templates, this.#gapFromMs, this.late, this.templatesEvicted);
    for (const part of this.#parts()) part.save(to);
  }

  load(from: StateReader): void {
    this.#miner = this.#create(this.#settings, from.bytes());
    const numbers = new Float64Array(5);
    from.column(numbers);
    [, this.#templates, this.#gapFromMs, this.late, this.templatesEvicted] = numbers;
    this.#grow(numbers[0]);
    for (const part of this.#parts()) part.load(from);
  }

  #parts(): { save(to: StateWriter): void; load(from: StateReader): void }[] {
    return [
      ...[this.#clock, this.catalogue, this.records, this.watch, this.cadence, this.examples],
      ...[this.#transitions, this.#vectors, this.windows, this.#season],
      ...[this.drift, this.budget, this.release, this.sessions, ...this.#judges],
    ];
  }
}

/** SeverityNumber of ERROR. */
const ERROR = 17;
/** Of WARN. */
const WARN = 13;
