/**
 * The deterministic core: records and ticks in, verdicts, windows and anomalies out. No clock, no I/O, no randomness:
 * the same inputs give the same outputs, however records are cut into batches.
 *
 * All state is per stream. A batch that came again (`learn: false`) is judged and changes nothing but the counter of
 * such records; only the miner, which cannot read a line without knowing it afterwards, may find merges in it.
 */
import type { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { ANOMALY, SCORED } from '@seismo/otel-processor/forward/verdict-batch';
import type { CreateTemplateMiner } from '../templates/template-miner.ts';
import { Families } from '../detectors/families.ts';
import { SCORE_WITH_REASONS, scoreOfMagnitude } from '../calibration/score.ts';
import { hexId } from '../explain/ids.ts';
import type { BudgetRow, BudgetWeek, CatalogueChange, EngineCounters, EngineOutputs, Reason } from './outputs.ts';
import type { StreamIdentity } from './stream-identity.ts';
import { MODEL, PendingOutputs } from './pending-outputs.ts';
import { countersOf } from './engine-counters.ts';
import { ReasonSets } from './records/reason-sets.ts';
import { explainRecord, recordAnomaly } from './records/record-anomaly.ts';
import type { RecordBatch } from './record-batch.ts';
import { isOfRelease } from './streams/release-verdict.ts';
import { reasonSaidBefore, recordReasons } from './records/record-reasons.ts';
import { hasWeights, weigh } from './records/record-weights.ts';
import type { EngineSettings } from './settings.ts';
import { readSnapshot, SnapshotInParts } from './snapshot.ts';
import { StreamState } from './stream-state.ts';
import { StreamTable } from './stream-table.ts';

export interface ScoreOptions {
  /**
   * False for a batch that was learned before. Counts, models and windows stay as they are. The miner still reads the
   * lines: one that it has evicted meanwhile becomes a template again (with count 0), and may evict or merge others,
   * exactly as if it had been looked up for any other reason.
   */
  readonly learn: boolean;
  /** 1-based line number of the batch's first record in the file it was read from; record i is line `firstLine + i`. */
  readonly firstLine?: number;
}

export class Engine {
  readonly #streams: StreamTable;
  readonly #outputs: PendingOutputs;
  readonly #budgetPerWeek: number;
  /** Are records looked into beyond their template, and followed in sessions? */
  readonly #looks: boolean;
  readonly #followsSessions: boolean;
  #tickMs = -1;
  #repeated = 0;
  /** The snapshot that is being written. */
  #saving: SnapshotInParts | undefined;
  /** Stream and template of each record of the last batch scored, for `texts`. */
  #lastStream = new Int32Array(0);
  #lastTemplate = new Int32Array(0);

  constructor(settings: EngineSettings, createMiner: CreateTemplateMiner) {
    this.#outputs = new PendingOutputs(settings.maxPendingOutputs);
    this.#budgetPerWeek = settings.budgetPerWeek;
    const families = new Families(settings.detectorsOff);
    this.#looks = families.looksIntoRecords;
    this.#followsSessions = families.has('sessions');
    this.#streams = new StreamTable(
      settings,
      (identity) => new StreamState(identity, settings, families, createMiner, this.#outputs),
    );
  }

  /** Dense index of a stream for `RecordBatch.stream`; beyond the cap, of the tenant's overflow stream. */
  stream(identity: StreamIdentity): number {
    return this.#streams.index(identity);
  }

  /** The streams by index. */
  streams(): readonly StreamIdentity[] {
    return this.#streams.states.map((state) => state.identity);
  }

  /**
   * Fills `verdicts` for the records of `batch`, 1:1, and learns them in order. Records of stream -1 are left as they are.
   * @throws RangeError when the two differ in size
   */
  score(batch: RecordBatch, verdicts: VerdictBatch, options: ScoreOptions): void {
    if (batch.records !== verdicts.records)
      throw new RangeError(`verdict batch: expected room for ${batch.records} records, got ${verdicts.records}`);
    this.#saveBefore(batch);
    this.#remember(batch);
    const reasonSets = new ReasonSets();
    const states = this.#streams.states;
    const { learn } = options;
    const looks = this.#looks;
    const firstLine = options.firstLine ?? NaN;
    const weighed = learn && hasWeights(batch);
    let value = 0;
    let version = 0;
    if (learn && this.#followsSessions)
      for (let i = 0; i < batch.records; i++)
        if (batch.traceStart[i] >= 0 && batch.stream[i] >= 0) states[batch.stream[i]].sessions?.find(batch, i);
    for (let i = 0; i < batch.records; i++) {
      const index = batch.stream[i];
      if (index < 0) continue;
      while (value < batch.values && batch.valueRecord[value] < i) value++;
      const state = states[index];
      const timeMs = batch.timeMs[i];
      const placed = learn ? this.#arrive(state, timeMs) : false;
      while (version < batch.versions.length && batch.versions[version].record <= i) {
        const { text } = batch.versions[version++];
        if (learn) state.release.version(text, timeMs, state.records.novelty.records);
      }
      const template = state.templates.of(batch, i);
      const judge = state.records;
      judge.judge(template, timeMs);
      const firstValue = value;
      while (value < batch.values && batch.valueRecord[value] === i) value++;
      const looked = looks && state.watch.isDue(template, batch, timeMs, firstValue, value, learn);
      let { score, margin } = judge;
      if (looked) {
        const { watch } = state;
        state.look(template, batch, i, firstValue, value, learn);
        watch.combine(judge.magnitude, margin);
        margin = watch.margin;
        if (watch.magnitude > judge.magnitude) score = scoreOfMagnitude(watch.magnitude);
      }
      if (margin > 0 && isOfRelease(state, template, timeMs, batch.severity[i], looked)) margin = 0;
      verdicts.score[i] = score;
      verdicts.confidence[i] = judge.confidence;
      verdicts.margin[i] = margin;
      verdicts.templateHigh[i] = state.templateHigh(template);
      verdicts.templateLow[i] = state.templateLow(template);
      verdicts.flags[i] = margin > 0 ? SCORED | ANOMALY : SCORED;
      this.#lastTemplate[i] = template;
      let reasons = NO_REASONS;
      if (score >= SCORE_WITH_REASONS) {
        const said = looked ? reasonSaidBefore(state) : undefined;
        if (said === undefined) reasons = recordReasons(state, template, looked);
        verdicts.reasonSet[i] = said === undefined ? reasonSets.add(...textsOf(reasons)) : reasonSets.add(said);
      } else verdicts.reasonSet[i] = 0;
      if (!learn) continue;
      const odd = margin > 0 && reasons.length > 0;
      // Before it is learned: what is known of its template then is not what made it odd.
      const explanation = odd ? explainRecord(state, template, looked) : undefined;
      const line = firstLine >= 0 ? firstLine + i : 0;
      state.learn(template, batch, i, placed, line, looked, firstValue, value);
      if (weighed) weigh(state, template, batch, i, firstValue, value);
      if (explanation === undefined) continue;
      state.budget.oddRecord(timeMs);
      this.#outputs.anomaly(recordAnomaly(state, template, timeMs, { reasons, explanation }, looked));
    }
    if (!learn) this.#repeated += countScored(batch);
    verdicts.describe({ model: MODEL, reasonSets: reasonSets.sets });
  }

  /** The source's time, in ms: windows close and silence shows without records. Ordered among the batches by the source. */
  tick(timeMs: number): void {
    if (timeMs <= this.#tickMs) return;
    this.#tickMs = timeMs;
    for (const state of this.#streams.states) state.tick(timeMs);
  }

  /**
   * What was said since the last call. The catalogue has a row for each template that a record came of, with its text
   * and an example: where it is not needed as often as windows and anomalies are, leave it for a later call.
   */
  takeOutputs(options: { readonly catalogue?: boolean } = {}): EngineOutputs {
    const catalogue: CatalogueChange[] = [];
    const budgets: BudgetWeek[] = [];
    for (const state of this.#streams.states) {
      budgets.push(...state.takeBudget());
      const change = options.catalogue === false ? undefined : state.takeCatalogue();
      if (change !== undefined) catalogue.push(change);
    }
    return { ...this.#outputs.take(), budgets, catalogue };
  }

  /** Outputs dropped since this engine was made, because those before them were not taken. */
  get outputsDropped(): number {
    return this.#outputs.dropped;
  }

  /** What the budget promised each stream until now, and what it got. */
  budget(): BudgetRow[] {
    return this.#streams.states.map(({ identity, budget: { episodes } }) => {
      const [fromMs, toMs] = episodes.span;
      return {
        stream: identity,
        fromMs,
        toMs,
        promised: episodes.promised(this.#budgetPerWeek),
        actual: episodes.actual,
      };
    });
  }

  counters(): EngineCounters {
    return { ...countersOf(this.#streams), repeated: this.#repeated, outputsDropped: this.outputsDropped };
  }

  /** Texts of the templates in the batch scored last, by id; `verdicts` is that batch's. */
  texts(verdicts: VerdictBatch): Record<string, string> {
    const texts: Record<string, string> = {};
    for (let i = 0; i < verdicts.records; i++) {
      if (this.#lastStream[i] < 0) continue;
      const id = hexId(verdicts.templateHigh[i], verdicts.templateLow[i]);
      texts[id] ??= this.#streams.states[this.#lastStream[i]].named(this.#lastTemplate[i]).text;
    }
    return texts;
  }

  /** The whole state but for outputs that were not taken yet: take them first. */
  snapshot(): Uint8Array<ArrayBuffer> {
    const parts = this.#snapshotInParts(new ArrayBuffer(4096), false);
    parts.step(Infinity);
    return parts.finish().slice();
  }

  /**
   * Begins a snapshot, with what is new in the catalogue, that the caller completes step by step between the batches:
   * however large the state is, the next verdicts wait for the streams of one batch at most.
   *
   * @param memory where to write it, until it is finished
   */
  beginSnapshot(memory: ArrayBufferLike): SnapshotInParts {
    return (this.#saving = this.#snapshotInParts(memory, true));
  }

  /**
   * An engine that continues exactly where the snapshot was taken.
   * @throws RangeError when the bytes are not a snapshot of this version
   */
  static restore(settings: EngineSettings, createMiner: CreateTemplateMiner, snapshot: Uint8Array): Engine {
    const engine = new Engine(settings, createMiner);
    const { tickMs, repeated } = readSnapshot(snapshot, engine.#streams);
    engine.#tickMs = tickMs;
    engine.#repeated = repeated;
    return engine;
  }

  /**
   * After a crash: what came since the snapshot is unknown, in each stream until its next record.
   * @param streams by index, where it is so in some only; those that are not there are passed over
   */
  markGap(streams: Iterable<number> = this.#streams.states.keys()): void {
    for (const index of streams) this.#streams.states.at(index)?.markGap();
  }

  #snapshotInParts(memory: ArrayBufferLike, takesCatalogue: boolean): SnapshotInParts {
    const numbers = { tickMs: this.#tickMs, repeated: this.#repeated };
    return new SnapshotInParts(numbers, this.#streams, memory, takesCatalogue);
  }

  #saveBefore(batch: RecordBatch): void {
    if (this.#saving === undefined) return;
    this.#saving.before(batch);
    if (this.#saving.complete) this.#saving = undefined;
  }

  #arrive(state: StreamState, timeMs: number): boolean {
    const first = state.latestMs < 0;
    const placed = state.arrive(timeMs);
    if (first && this.#tickMs >= 0) state.tick(this.#tickMs);
    return placed;
  }

  #remember(batch: RecordBatch): void {
    if (batch.records > this.#lastStream.length) {
      this.#lastStream = new Int32Array(batch.stream.length);
      this.#lastTemplate = new Int32Array(batch.stream.length);
    }
    this.#lastStream.set(batch.stream.subarray(0, batch.records));
  }
}

function countScored(batch: RecordBatch): number {
  let scored = 0;
  for (let i = 0; i < batch.records; i++) if (batch.stream[i] >= 0) scored++;
  return scored;
}

function textsOf(reasons: readonly Reason[]): string[] {
  return reasons.map((reason) => reason.text);
}

const NO_REASONS: readonly Reason[] = [];
