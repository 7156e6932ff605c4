/**
 * Lines as units: each record's verdict from the engine. Values of one place, as a column of HTTP parameters has them, are
 * looked at by what such values look like too, as the engine looks at the parameters of a template.
 */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { sidak } from '../detectors/ensemble.ts';
import { Families } from '../detectors/families.ts';
import { StringModel } from '../detectors/parameters/string-model.ts';
import { Engine } from '../engine/engine.ts';
import type { EngineSettings } from '../engine/settings.ts';
import type { LogInput } from '../sources/log-input.ts';
import { createTemplateMiner } from '../templates/miner.ts';
import { labelledRecords, type RecordFormat } from './labelled-records.ts';
import { magnitudeOf } from './magnitude.ts';
import { SeenKinds, templateKind, TRAINING } from './seen-kinds.ts';
import { ABNORMAL, type Label } from './unit-scores.ts';
import { FLAGGED_FROM, type Reading, type UnitKind, type UnitSink } from './unit-sink.ts';

export interface LineSettings {
  readonly format: RecordFormat;
  /** Judges test data as it is, without learning from it. */
  readonly frozen: boolean;
  readonly labels: ReadonlyMap<string, Label> | undefined;
  /** Several test files: lines are named by file and number. */
  readonly nameFiles: boolean;
  readonly engine: EngineSettings;
}

export class LineUnits implements UnitKind {
  readonly #engine: Engine;
  readonly #kinds = new SeenKinds();
  /** What values look like, where lines are values. */
  readonly #texts = new StringModel();
  readonly #looksAtValues: boolean;
  readonly #settings: LineSettings;
  readonly #sink: UnitSink;

  constructor(settings: LineSettings, sink: UnitSink) {
    this.#settings = settings;
    this.#engine = new Engine(settings.engine, createTemplateMiner);
    this.#looksAtValues = new Families(settings.engine.detectorsOff).has('parameter-values');
    this.#sink = sink;
  }

  async read(input: LogInput, { training, label }: Reading): Promise<void> {
    const { format, frozen, labels: byId, nameFiles } = this.#settings;
    const { units, learned } = this.#sink;
    const learn = training || !frozen;
    for await (const { batch, firstLine, labels, timed, areValues } of labelledRecords(input, this.#engine, format)) {
      const { records, messageStart, messageEnd } = batch;
      if (training)
        for (let i = 0; i < records; i++)
          if (labels[i] === ABNORMAL) {
            batch.stream[i] = -1;
            this.#sink.leftOut++;
          }
      const verdicts = VerdictBatch.create(records);
      this.#engine.score(batch, verdicts, { learn });
      for (let i = 0; i < records; i++) {
        if (batch.stream[i] < 0) continue;
        const newestKind = this.#kinds.firstUnit(templateKind(verdicts, i), training ? TRAINING : units.size, learn);
        const length = messageEnd[i] - messageStart[i];
        const looks = areValues && this.#looksAtValues;
        const text = looks ? this.#texts.magnitude(batch.bytes, messageStart[i], messageEnd[i]) : NaN;
        if (looks && (training || (learn && text < FLAGGED_FROM)))
          this.#texts.learn(batch.bytes, messageStart[i], messageEnd[i]);
        if (training) {
          learned.add(length);
          continue;
        }
        const line = firstLine + i;
        const name = nameFiles ? `${input.path}:${line}` : line;
        const own = label ?? byId?.get(String(line)) ?? (labels[i] as Label);
        const record = magnitudeOf(verdicts.score[i]);
        const magnitude = looks ? sidak(Math.max(record, text), LOOKS_AT_VALUES) : record;
        const flagged = timed && !areValues ? verdicts.margin[i] > 0 : magnitude >= FLAGGED_FROM;
        units.addColumns(name, own, magnitude, flagged, newestKind, length);
      }
      this.#engine.takeOutputs({ catalogue: false });
      this.#sink.read(records);
    }
    this.#engine.markGap();
  }

  finish(): void {
    // Every line had its verdict as it was read.
  }
}

/** As a record, and as a text. */
const LOOKS_AT_VALUES = 2;
