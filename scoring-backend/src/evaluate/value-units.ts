/** Values as units: each file is a series of its own, judged from its first value on and learned on the way. */
import { ValueJudge } from '../detectors/values/value-judge.ts';
import { DEFAULT_ENGINE_SETTINGS } from '../engine/settings.ts';
import type { LogInput } from '../sources/log-input.ts';
import type { Label } from './unit-scores.ts';
import type { Reading, UnitKind, UnitSink } from './unit-sink.ts';
import { timedValues } from './values.ts';

export interface ValueSettings {
  readonly valueColumn: string | undefined;
  readonly labelColumn: string | undefined;
  /** By time as it stands in the file, or by row number from 1. */
  readonly labels: ReadonlyMap<string, Label> | undefined;
  readonly nameFiles: boolean;
}

export class ValueUnits implements UnitKind {
  readonly #settings: ValueSettings;
  readonly #sink: UnitSink;
  /** What training taught: the first test file goes on from it. */
  #trained: ValueJudge | undefined;

  constructor(settings: ValueSettings, sink: UnitSink) {
    this.#settings = settings;
    this.#sink = sink;
  }

  async read(input: LogInput, { training, label: given }: Reading): Promise<void> {
    const { valueColumn, labelColumn, labels, nameFiles } = this.#settings;
    const { units, learned } = this.#sink;
    const series = this.#trained ?? new ValueJudge(DEFAULT_ENGINE_SETTINGS.budgetPerWeek);
    this.#trained = training ? series : undefined;
    let [row, least, most] = [0, Infinity, -Infinity];
    for await (const { time, timeMs, value, label } of timedValues(input, valueColumn, labelColumn)) {
      row++;
      const at = Number.isNaN(timeMs) ? row * STEP_MS : timeMs;
      const { magnitude, margin } = series.judge(at, value);
      // To the baselines, what lies outside of all values before is new, and the value itself is the count.
      const isNew = value < least || value > most;
      [least, most] = [Math.min(least, value), Math.max(most, value)];
      this.#sink.read(1);
      if (training) {
        learned.add(value);
        continue;
      }
      const id = time === '' ? String(row) : time;
      const own = given ?? labels?.get(id) ?? labels?.get(String(row)) ?? label;
      const name = nameFiles ? `${input.path}:${id}` : id;
      units.addColumns(name, own, magnitude, margin > 0, isNew ? 1 : 0, value);
    }
  }

  finish(): void {
    // Every value had its verdict as it was read.
  }
}

/** Values without times are taken to be this far apart. */
const STEP_MS = 300_000;
