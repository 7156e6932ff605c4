/**
 * Windows of so many lines as units. Each is judged when its last line has come, and learned unless it is flagged. A
 * window never holds lines of two files.
 */
import type { PerTemplate } from '../detectors/per-template.ts';
import { ReportDetails } from '../detectors/novelty/report-details.ts';
import { LineWindowJudge, type LineWindowJudgement } from '../engine/window-verdicts/line-window-judge.ts';
import { WINDOW_SIZES } from '../engine/outputs.ts';
import type { EngineSettings } from '../engine/settings.ts';
import type { LogInput } from '../sources/log-input.ts';
import { createTemplateMiner } from '../templates/miner.ts';
import type { TemplateChange, TemplateMiner } from '../templates/template-miner.ts';
import { TemplateVectors } from '../windows/log-vector.ts';
import { Transitions } from '../windows/transitions.ts';
import { WindowCounts } from '../windows/window-counts.ts';
import { labelledRecords, type LabelledRecords, type RecordFormat } from './labelled-records.ts';
import { SeenKinds, TRAINING } from './seen-kinds.ts';
import { ABNORMAL, NORMAL, UNLABELLED, type Label } from './unit-scores.ts';
import type { Reading, UnitKind, UnitSink } from './unit-sink.ts';

export interface CountedWindowSettings {
  readonly format: RecordFormat;
  readonly linesPerWindow: number;
  readonly labels: ReadonlyMap<string, Label> | undefined;
  /** Test windows are judged on what training taught, and not learned. */
  readonly frozen: boolean;
  readonly nameFiles: boolean;
  readonly engine: EngineSettings;
}

/** Where lines have no times, a window of them is taken to last as long as the engine's shortest. */
const UNTIMED_WINDOW_MS = WINDOW_SIZES[0];
/** SeverityNumber of ERROR. */
const ERROR = 17;

export class CountedWindowUnits implements UnitKind {
  readonly #settings: CountedWindowSettings;
  readonly #sink: UnitSink;
  readonly #kinds = new SeenKinds();
  readonly #miner: TemplateMiner;
  readonly #judge: LineWindowJudge;
  readonly #window: WindowCounts;
  /** The same window without the details of reports. */
  readonly #told: WindowCounts;
  readonly #details = new ReportDetails();
  readonly #vectors = new TemplateVectors();
  readonly #transitions = new Transitions();
  readonly #columns: readonly PerTemplate[];
  #room = 0;
  /** Templates in the vectors. */
  readonly #embedded = new Set<number>();
  /** Event time, that never goes back; windows in a file without any are of equal length. */
  #nowMs = 0;

  constructor(settings: CountedWindowSettings, sink: UnitSink) {
    const { engine } = (this.#settings = settings);
    this.#miner = createTemplateMiner(engine);
    const judge = (this.#judge = new LineWindowJudge(engine));
    const window = (this.#window = new WindowCounts(judge.known));
    const told = (this.#told = new WindowCounts(judge.known));
    this.#columns = [judge, window, told, this.#details, this.#vectors, this.#transitions];
    this.#sink = sink;
  }

  async read(input: LogInput, reading: Reading): Promise<void> {
    const { format, linesPerWindow } = this.#settings;
    const window = this.#window;
    let [number, lines, newestKind] = [0, 0, TRAINING];
    let label: Label = UNLABELLED;
    for await (const records of labelledRecords(input, { stream: () => 0 }, format)) {
      const { batch, labels } = records;
      for (let i = 0; i < batch.records; i++) {
        this.#pass(records, i);
        if (lines === 0) for (const one of [window, this.#told]) one.open(this.#nowMs, 0);
        label = reading.label ?? odder(label, labels[i] as Label);
        if (reading.training && labels[i] === ABNORMAL) this.#sink.leftOut++;
        else newestKind = Math.max(newestKind, this.#add(records, i, reading));
        if (++lines < linesPerWindow) continue;
        this.#close(input, reading, ++number, newestKind, label);
        [lines, newestKind, label] = [0, TRAINING, UNLABELLED];
      }
      this.#sink.read(batch.records);
    }
    this.#sink.outside += lines;
  }

  finish(): void {
    // Windows were judged as they filled.
  }

  #pass({ batch, timed }: LabelledRecords, i: number): void {
    const { linesPerWindow } = this.#settings;
    this.#nowMs = timed ? Math.max(this.#nowMs, batch.timeMs[i]) : this.#nowMs + UNTIMED_WINDOW_MS / linesPerWindow;
  }

  /** Counts record i; in which window its kind came first. */
  #add({ batch }: LabelledRecords, i: number, { training }: Reading): number {
    const template = this.#miner.mine(batch.bytes, batch.messageStart[i], batch.messageEnd[i]);
    this.#follow(this.#miner.takeChanges());
    if (!this.#embedded.has(template)) {
      this.#embedded.add(template);
      this.#vectors.born(template, this.#miner.text(template));
    }
    const bytes = batch.lineEnd[i] - batch.lineStart[i];
    const surpriseBits = this.#transitions.follow(template);
    const error = batch.severity[i] >= ERROR ? 1 : 0;
    this.#window.add(template, error, bytes, surpriseBits);
    const isDetail = this.#details.follow(template, !(this.#judge.known.bornMs[template] < Infinity));
    if (!isDetail) this.#told.add(template, error, bytes, surpriseBits);
    const unit = training ? TRAINING : this.#sink.units.size;
    return this.#kinds.firstUnit(template, unit, training || !this.#settings.frozen);
  }

  /** What changed among the templates is carried out at once in what is kept by template. */
  #follow(changes: readonly TemplateChange[]): void {
    if (this.#miner.size > this.#room) {
      this.#room = Math.max(INITIAL_ROOM, this.#miner.size * 2);
      for (const column of this.#columns) column.grow(this.#room);
    }
    for (const change of changes)
      if (change.kind === 'merged') for (const column of this.#columns) column.merge(change.from, change.to);
      else if (change.kind === 'evicted') {
        this.#embedded.delete(change.index);
        for (const column of this.#columns) column.clear(change.index);
      }
  }

  /** A window that goes on with a report that was told is flagged for what else it holds, and not learned either way. */
  #judgement(window: WindowCounts): LineWindowJudgement {
    const whole = this.#judge.judge(window);
    if (whole.margin < 0 || this.#told.records === window.records) return whole;
    this.#seal(this.#told);
    const { magnitude, margin } = this.#judge.judge(this.#told);
    return { ...whole, magnitude, margin };
  }

  #seal(window: WindowCounts): void {
    window.endMs = this.#nowMs;
    window.seal(this.#embedded.size);
    window.embed(this.#vectors);
  }

  #close(input: LogInput, { training }: Reading, number: number, newestKind: number, label: Label): void {
    const { linesPerWindow, labels, nameFiles, frozen } = this.#settings;
    const { units, learned } = this.#sink;
    const window = this.#window;
    this.#seal(window);
    this.#transitions.refresh(window.touched, window.touchedCount);
    if (training) {
      this.#judge.learn(window);
      learned.add(linesPerWindow);
      return;
    }
    const judgement = this.#judgement(window);
    if (!frozen) this.#judge.digest(window, judgement);
    const own = labels?.get(String(number)) ?? label;
    const name = nameFiles ? `${input.path}:${number}` : number;
    units.addColumns(name, own, judgement.magnitude, judgement.margin >= 0, newestKind, linesPerWindow);
  }
}

const INITIAL_ROOM = 64;

/** The label of several lines together. */
export function odder(a: Label, b: Label): Label {
  if (a === ABNORMAL || b === ABNORMAL) return ABNORMAL;
  return a === NORMAL || b === NORMAL ? NORMAL : UNLABELLED;
}
