/** Windows of event time as units: the engine's own, of one of its sizes, flagged when their margin is above 0. */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { Failure } from '../cli/exit-codes.ts';
import { Engine } from '../engine/engine.ts';
import { WINDOW_SIZES } from '../engine/outputs.ts';
import type { StreamIdentity } from '../engine/stream-identity.ts';
import { DEFAULT_ENGINE_SETTINGS, type EngineSettings } from '../engine/settings.ts';
import type { LogInput } from '../sources/log-input.ts';
import { createTemplateMiner } from '../templates/miner.ts';
import { odder } from './counted-window-units.ts';
import { labelledRecords, type RecordFormat } from './labelled-records.ts';
import { TRAINING } from './seen-kinds.ts';
import { ABNORMAL, NORMAL, UNLABELLED, type Label } from './unit-scores.ts';
import type { Reading, UnitKind, UnitSink } from './unit-sink.ts';

export interface TimeWindowSettings {
  readonly format: RecordFormat;
  readonly sizeMs: number;
  readonly labels: ReadonlyMap<string, Label> | undefined;
  readonly engine: EngineSettings;
}

const WEEK_MS = 604_800_000;
const CLOSE_MS = DEFAULT_ENGINE_SETTINGS.idleLatenessMs + 2 * Math.max(...WINDOW_SIZES);

export class TimeWindowUnits implements UnitKind {
  readonly #settings: TimeWindowSettings;
  readonly #sink: UnitSink;
  readonly #engine: Engine;
  /** Latest event time fed. */
  #latestMs = -Infinity;
  /** The engine's clock for ticks: goes on with event time inside a file, and never back. */
  #clockMs = 1;

  constructor(settings: TimeWindowSettings, sink: UnitSink) {
    this.#settings = settings;
    this.#engine = new Engine(settings.engine, createTemplateMiner);
    this.#sink = sink;
  }

  async read(input: LogInput, reading: Reading): Promise<void> {
    const { format, sizeMs } = this.#settings;
    const labelOf = new Map<string, Label>();
    let shiftMs = NaN;
    let reachMs = -Infinity;
    for await (const { batch, labels, timed, stepwise } of labelledRecords(input, this.#engine, format)) {
      if (!timed)
        throw new Failure(
          `--window ${sizeMs / 1000}s: no times were found in ${input.path}; count lines instead (100l)`,
        );
      // A file of an earlier time is taken as if it came whole weeks later: hours and weekdays stay what they are.
      if (Number.isNaN(shiftMs))
        shiftMs = Math.max(0, Math.ceil((this.#latestMs - batch.timeMs[0]) / WEEK_MS)) * WEEK_MS;
      const streams = this.#engine.streams();
      let latestMs = -Infinity;
      for (let i = 0; i < batch.records; i++) {
        const timeMs = (batch.timeMs[i] += shiftMs);
        if (timeMs > latestMs) latestMs = timeMs;
        if (reading.training && labels[i] === ABNORMAL) {
          batch.stream[i] = -1;
          this.#sink.leftOut++;
        } else if (labels[i] !== UNLABELLED) {
          const key = windowKey(streams[batch.stream[i]], Math.floor(timeMs / sizeMs) * sizeMs);
          labelOf.set(key, odder(labelOf.get(key) ?? UNLABELLED, labels[i] as Label));
        }
      }
      this.#engine.score(batch, VerdictBatch.create(batch.records), { learn: true });
      this.#sink.read(batch.records);
      if (latestMs > reachMs) {
        if (stepwise && reachMs !== -Infinity) this.#goOn(latestMs - reachMs);
        reachMs = latestMs;
      }
      this.#take(labelOf, reading, shiftMs, reachMs);
    }
    this.#latestMs = Math.max(this.#latestMs, reachMs);
    this.#goOn(CLOSE_MS);
    this.#take(labelOf, reading, shiftMs, reachMs);
    this.#engine.markGap();
  }

  finish(): void {
    // Windows were judged as they closed.
  }

  #goOn(ms: number): void {
    this.#clockMs += ms;
    this.#engine.tick(this.#clockMs);
  }

  #take(labelOf: ReadonlyMap<string, Label>, { training, label }: Reading, shiftMs: number, reachMs: number): void {
    const { sizeMs, labels } = this.#settings;
    const { units, learned } = this.#sink;
    const several = this.#engine.streams().length > 1;
    const labelled = labelOf.size > 0;
    for (const window of this.#engine.takeOutputs({ catalogue: false }).windows) {
      if (window.sizeMs !== sizeMs || window.startMs > reachMs) continue;
      if (training) {
        learned.add(window.records);
        continue;
      }
      const time = new Date(window.startMs - shiftMs).toISOString();
      const name = several ? `${window.stream.service} ${time}` : time;
      // Where lines are labelled, a window without any is a normal one.
      const own = labelOf.get(windowKey(window.stream, window.startMs)) ?? (labelled ? NORMAL : UNLABELLED);
      units.add(name, {
        label: labels?.get(name) ?? label ?? own,
        magnitude: window.magnitude,
        flagged: window.margin > 0,
        newestKind: window.newTemplates > 0 ? this.#sink.units.size : TRAINING,
        events: window.records,
      });
    }
  }
}

function windowKey({ namespace, service, environment }: StreamIdentity, startMs: number): string {
  return `${startMs} ${namespace} ${service} ${environment}`;
}
