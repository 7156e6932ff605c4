/**
 * Windows of so many lines as units. The engine's windows are of event time; here a line's time is its number, such that
 * one 30 s window holds just that many lines: what is judged is what windows hold, not how fast they fill.
 */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { Engine } from '../engine/engine.ts';
import { WINDOW_SIZES } from '../engine/outputs.ts';
import { engineSettings } from '../engine/settings.ts';
import type { LogInput } from '../sources/log-input.ts';
import { createTemplateMiner } from '../templates/miner.ts';
import { labelledRecords, type LabelledRecords, type RecordFormat } from './labelled-records.ts';
import { SeenKinds, templateKind } from './seen-kinds.ts';
import { ABNORMAL, NORMAL, UNLABELLED, type Label } from './unit-scores.ts';
import { FLAGGED_FROM, type Reading, type UnitKind, type UnitSink } from './unit-sink.ts';

export interface CountedWindowSettings {
  readonly format: RecordFormat;
  readonly linesPerWindow: number;
  readonly labels: ReadonlyMap<string, Label> | undefined;
  /** Each test file is judged by the engine as training left it. */
  readonly independent: boolean;
  readonly nameFiles: boolean;
}

const WINDOW_MS = WINDOW_SIZES[0];
/** Files begin at a multiple of all sizes of windows. */
const LONGEST_MS = Math.max(...WINDOW_SIZES);
/**
 * Windows of lines are flagged at M ≥ 3, and flagged windows are not learned: the budget that puts the threshold of 30 s
 * windows there (windows cause half of it, each of three sizes a third of that).
 */
const SETTINGS = engineSettings({ budgetPerWeek: (604_800_000 / WINDOW_MS) * 10 ** -FLAGGED_FROM * 6 });
const FIRST_TICK = 1;
const START_MS = Math.ceil(1_700_000_000_000 / LONGEST_MS) * LONGEST_MS;

/** What is known of a window before its verdict. */
interface Filling {
  label: Label;
  newKinds: number;
}

export class CountedWindowUnits implements UnitKind {
  readonly #settings: CountedWindowSettings;
  readonly #sink: UnitSink;
  readonly #kinds = new SeenKinds();
  #engine = new Engine(SETTINGS, createTemplateMiner);
  #trained: Uint8Array | undefined;
  /** Time of the first line of the file being read. */
  #beginMs = START_MS;
  /** How far the engine's clock for ticks has gone on: at the end of a file, so that its last window closes. */
  #ticks = 0;

  constructor(settings: CountedWindowSettings, sink: UnitSink) {
    this.#settings = settings;
    this.#sink = sink;
  }

  async read(input: LogInput, reading: Reading): Promise<void> {
    const { format, linesPerWindow, independent } = this.#settings;
    if (!reading.training && independent) this.#backToTrained();
    const stream = this.#engine.stream({ tenant: '', namespace: '', service: 'evaluated', environment: '' });
    const fillings: Filling[] = [];
    this.#engine.tick(FIRST_TICK + this.#ticks);
    let line = 0;
    for await (const records of labelledRecords(input, { stream: () => stream }, format)) {
      const { batch, labels } = records;
      const first = line;
      for (let i = 0; i < batch.records; i++) {
        batch.timeMs[i] = this.#beginMs + Math.floor((line++ * WINDOW_MS) / linesPerWindow);
        if (reading.training && labels[i] === ABNORMAL) {
          batch.stream[i] = -1;
          this.#sink.leftOut++;
        }
      }
      const verdicts = VerdictBatch.create(batch.records);
      this.#engine.score(batch, verdicts, { learn: true });
      this.#fill(fillings, records, verdicts, first, reading);
      this.#take(fillings, input, reading);
      this.#sink.read(batch.records);
    }
    // A window of its own lies between two files, so that none holds lines of both.
    const whole = Math.floor(line / linesPerWindow);
    this.#engine.tick(FIRST_TICK + (this.#ticks += LONGEST_MS));
    this.#take(fillings, input, reading, whole);
    this.#sink.outside += line - whole * linesPerWindow;
    this.#engine.markGap();
    this.#beginMs += Math.ceil((line * WINDOW_MS) / linesPerWindow / LONGEST_MS + 2) * LONGEST_MS;
  }

  finish(): void {
    // Windows were judged as they filled.
  }

  #backToTrained(): void {
    this.#trained ??= this.#engine.snapshot();
    this.#engine = Engine.restore(SETTINGS, createTemplateMiner, this.#trained);
  }

  #fill(
    fillings: Filling[],
    records: LabelledRecords,
    verdicts: VerdictBatch,
    first: number,
    { label, training }: Reading,
  ): void {
    const { linesPerWindow, independent } = this.#settings;
    const { batch, labels } = records;
    for (let i = 0; i < batch.records; i++) {
      const window = Math.floor((first + i) / linesPerWindow);
      const filling = (fillings[window] ??= { label: UNLABELLED, newKinds: 0 });
      filling.label = label ?? odder(filling.label, labels[i] as Label);
      if (batch.stream[i] >= 0 && this.#kinds.isNew(templateKind(verdicts, i), training || !independent))
        filling.newKinds++;
    }
  }

  #take(fillings: readonly Filling[], input: LogInput, { training }: Reading, whole = Infinity): void {
    const { linesPerWindow, labels, nameFiles } = this.#settings;
    const { units, learned } = this.#sink;
    for (const window of this.#engine.takeOutputs({ catalogue: false }).windows) {
      if (window.sizeMs !== WINDOW_MS) continue;
      const number = (window.startMs - this.#beginMs) / WINDOW_MS;
      if (number < 0 || number >= whole) continue;
      const filling = fillings[number];
      if (filling === undefined) continue;
      if (training) {
        learned.add(linesPerWindow);
        continue;
      }
      const id = number + 1;
      units.add(nameFiles ? `${input.path}:${id}` : id, {
        label: labels?.get(String(id)) ?? filling.label,
        magnitude: window.magnitude,
        flagged: window.magnitude >= FLAGGED_FROM,
        newKinds: filling.newKinds,
        events: linesPerWindow,
      });
    }
  }
}

/** The label of several lines together. */
export function odder(a: Label, b: Label): Label {
  if (a === ABNORMAL || b === ABNORMAL) return ABNORMAL;
  return a === NORMAL || b === NORMAL ? NORMAL : UNLABELLED;
}
