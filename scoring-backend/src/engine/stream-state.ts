/** Everything the engine knows of one stream, and what happens to it when a record, a tick or a gap comes. */
import { type BudgetWeek, type CatalogueChange, WINDOW_SIZES } from './outputs.ts';
import type { StreamIdentity } from './stream-identity.ts';
import type { RecordBatch } from './record-batch.ts';
import type { EngineSettings } from './settings.ts';
import type { Catalogue } from './streams/catalogue.ts';
import { type Kept, loadFamily, saveFamily } from './streams/family-state.ts';
import { RecordJudge } from './records/record-judge.ts';
import { RecordWatch } from './records/record-watch.ts';
import { StreamBudget } from './streams/stream-budget.ts';
import { StreamDrift } from './streams/stream-drift.ts';
import { RARE_MS, StreamRelease } from './streams/stream-release.ts';
import { StreamSessions } from './sessions/stream-sessions.ts';
import { StreamTemplates } from './streams/stream-templates.ts';
import { WindowJudge } from './window-verdicts/window-judge.ts';
import type { PendingOutputs } from './pending-outputs.ts';
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import type { Families } from '../detectors/families.ts';
import { Season, SLOT_MS as SEASON_SLOT_MS } from '../detectors/rate/season.ts';
import { Cadence } from '../detectors/silence/cadence.ts';
import { ExampleLines } from '../explain/examples.ts';
import { NearestTemplates } from '../explain/nearest-template.ts';
import type { NamedTemplate } from '../explain/reasons.ts';
import type { CreateTemplateMiner } from '../templates/template-miner.ts';
import { StreamClock } from '../windows/stream-clock.ts';
import { TemplateVectors } from '../windows/log-vector.ts';
import { Transitions } from '../windows/transitions.ts';
import { TumblingWindows } from '../windows/tumbling.ts';
import type { WindowCounts } from '../windows/window-counts.ts';

export class StreamState {
  readonly identity: StreamIdentity;
  readonly records: RecordJudge;
  readonly examples: ExampleLines;
  readonly templates: StreamTemplates;
  readonly cadence: Cadence;
  readonly watch: RecordWatch;
  /** Undefined where the family is off. */
  readonly sessions: StreamSessions | undefined;
  readonly release = new StreamRelease((release) => this.drift.released(release, (template) => this.named(template)));
  late = 0;
  readonly drift: StreamDrift;
  readonly budget: StreamBudget;
  readonly #settings: EngineSettings;
  readonly #outputs: PendingOutputs;
  readonly #clock: StreamClock;
  readonly windows: TumblingWindows;
  /** Undefined where nobody asks for them. */
  readonly #season: Season | undefined;
  readonly #transitions: Transitions | undefined;
  readonly #vectors: TemplateVectors | undefined;
  readonly nearest = new NearestTemplates();
  readonly #judges: WindowJudge[];
  /** Start of a gap that no record has ended yet, -1 none. */
  #gapFromMs = -1;
  readonly #closed: (window: WindowCounts, size: number) => void;

  constructor(
    identity: StreamIdentity,
    settings: EngineSettings,
    families: Families,
    create: CreateTemplateMiner,
    outputs: PendingOutputs,
  ) {
    this.identity = identity;
    this.#settings = settings;
    this.#outputs = outputs;
    this.records = new RecordJudge(settings, families.has('novelty'));
    this.cadence = new Cadence(families.has('silence'));
    this.examples = new ExampleLines(settings);
    this.templates = new StreamTemplates(settings, create, () => ({
      ...{ counts: this.records.novelty.count, lastMs: this.cadence.lastMs, examples: this.examples },
    }));
    this.watch = new RecordWatch(settings.budgetPerWeek, families);
    this.budget = new StreamBudget(settings.budgetPerWeek);
    this.drift = new StreamDrift(identity, families.has('drift'), (drift) => outputs.drift(drift));
    if (families.has('sessions'))
      this.sessions = new StreamSessions(settings, this.budget, this.release, (...found) =>
        outputs.session(this, ...found),
      );
    if (families.has('rate', 'template-rate')) this.#season = new Season();
    if (families.measuresOrder) this.#transitions = new Transitions();
    if (families.has('unusual-windows')) this.#vectors = new TemplateVectors();
    this.#clock = new StreamClock(settings);
    this.windows = new TumblingWindows(this.catalogue, settings.maxEmptyWindows);
    this.#judges = WINDOW_SIZES.map(
      (sizeMs) => new WindowJudge(sizeMs, settings, families, this.catalogue, this.#vectors, this.watch.series),
    );
    const columns = [
      ...[this.records, this.watch, this.cadence, this.examples, this.#transitions, this.#vectors],
      ...[this.windows, this.release, this.sessions, ...this.#judges],
    ];
    this.templates.keep(columns.filter((column) => column !== undefined));
    this.#closed = (window, size) => this.#judge(window, size);
  }

  /** Latest event time, -1 before the first record. */
  get latestMs(): number {
    return this.#clock.latestMs;
  }

  get catalogue(): Catalogue {
    return this.templates.catalogue;
  }

  /** Is what a window's messages say known as a vector? */
  get embeds(): boolean {
    return this.#vectors !== undefined;
  }

  templateHigh(index: number): number {
    return this.templates.miner.idHigh(index);
  }

  templateLow(index: number): number {
    return this.templates.miner.idLow(index);
  }

  named(index: number): NamedTemplate {
    return this.templates.named(index);
  }

  /** Looks into record i, whose attributes are values `[first, last)` of the batch; what it finds is in `watch`. */
  look(template: number, batch: RecordBatch, i: number, first: number, last: number, learn: boolean): void {
    this.watch.look(template, batch, i, first, last, this.templates.miner, learn);
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
      this.templates.born(template, timeMs);
      this.#vectors?.born(template, this.templates.miner.text(template));
    }
    this.records.learn(template, timeMs);
    this.catalogue.changed(template);
    if (placed) this.cadence.learn(template, timeMs, this.windows.completeFromMs);
    const error = severity >= ERROR ? 1 : 0;
    const lineBytes = batch.lineEnd[i] - batch.lineStart[i];
    const surpriseBits = this.#transitions?.follow(template) ?? 0;
    const inBucket = placed ? this.windows.add(timeMs, template, error, lineBytes, surpriseBits) : 0;
    if (placed && this.sessions !== undefined)
      this.sessions.add(batch, i, first, last, template, this.watch.rolesOf(template), error);
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
    this.sessions?.markGap();
  }

  takeCatalogue(): CatalogueChange | undefined {
    return this.templates.takeCatalogue(this.identity);
  }

  /** What the budget promised and what came, of the weeks that have changed since the last call. */
  takeBudget(): BudgetWeek[] {
    const windows = this.#judges.map(({ budget }) => budget);
    const sessions = this.sessions?.budget ?? Infinity;
    return this.budget.take(this.identity, { windows, sessions, records: this.records.budget });
  }

  #endGap(timeMs: number): void {
    this.windows.completeFromMs = Math.max(timeMs, this.#gapFromMs);
    this.#outputs.gap({ stream: this.identity, fromMs: this.#gapFromMs, toMs: Math.max(timeMs, this.#gapFromMs) });
    this.#gapFromMs = -1;
  }

  #advance(): void {
    const watermarkMs = this.#clock.watermarkMs();
    if (this.sessions !== undefined && watermarkMs >= this.sessions.dueMs) this.sessions.advance(watermarkMs);
    if (this.windows.closedUntilMs + WINDOW_SIZES[0] > watermarkMs) return;
    this.windows.advance(watermarkMs, this.templates.known, this.#closed);
  }

  #judge(window: WindowCounts, size: number): void {
    if (size === 0) {
      this.sessions?.moveTally(window.sessions);
      this.cadence.review(window.touched, window.touchedCount);
      this.#transitions?.refresh(window.touched, window.touchedCount);
      if (!window.incomplete) this.records.bucketClosed(window.records - window.equal, window.startMs, window.endMs);
      this.watch.bucketClosed(window.startMs, window.endMs);
      this.release.passed(window.endMs, this.records.novelty.records);
      this.release.saw(window.startMs, window.records);
    }
    this.release.mark(window);
    if (this.#transitions === undefined) window.sequenceSurprise = NaN;
    if (this.#vectors !== undefined) window.embed(this.#vectors);
    const judgement = this.#judges[size].take(window, this.cadence, this.windows.completeFromMs, this.#season);
    this.budget.window(size, window.startMs, window.endMs, window.records - window.equal);
    if (WINDOW_SIZES[size] === SEASON_SLOT_MS && !window.incomplete) {
      this.#season?.learn(window.startMs, window.records);
      for (const figure of this.drift.take(window, judgement.magnitude, this.catalogue.bornMs))
        for (const judge of this.#judges) judge.drifted(figure);
    }
    this.#outputs.window(this, window, size, judgement);
  }

  save(to: StateWriter): void {
    this.templates.save(to);
    to.numbers(this.#gapFromMs, this.late);
    for (const part of this.#parts()) part.save(to);
    for (const part of [this.#vectors, ...this.#families()]) saveFamily(to, part);
  }

  load(from: StateReader): void {
    this.templates.load(from);
    const numbers = new Float64Array(2);
    from.column(numbers);
    [this.#gapFromMs, this.late] = numbers;
    for (const part of this.#parts()) part.load(from);
    if (!loadFamily(from, this.#vectors)) this.#embedKnown();
    for (const part of this.#families()) loadFamily(from, part);
  }

  /** Vectors are made when templates are born: those of before the family was switched on have none. */
  #embedKnown(): void {
    for (const template of this.records.novelty.known())
      this.#vectors?.born(template, this.templates.miner.text(template));
  }

  #parts(): Kept[] {
    return [
      ...[this.#clock, this.records, this.watch, this.cadence, this.examples],
      ...[this.windows, this.drift, this.budget, this.release, ...this.#judges],
    ];
  }

  #families(): (Kept | undefined)[] {
    return [this.#transitions, this.#season, this.sessions];
  }
}

/** SeverityNumber of ERROR. */
const ERROR = 17;
/** Of WARN. */
const WARN = 13;
