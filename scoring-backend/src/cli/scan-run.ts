/** Reads inputs for `seismo scan`: every line through an engine of their own, in event time, and what it found to the report. */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { Engine } from '../engine/engine.ts';
import { type Anomaly, WINDOW_SIZES } from '../engine/outputs.ts';
import type { StreamIdentity } from '../engine/stream-identity.ts';
import { DEFAULT_ENGINE_SETTINGS, type EngineSettings, engineSettings } from '../engine/settings.ts';
import { fileRecords } from '../sources/files.ts';
import { type LogInput, UnreadableInput } from '../sources/log-input.ts';
import { createTemplateMiner } from '../templates/miner.ts';
import { Failure } from './exit-codes.ts';
import { type InputReach, InputEnds } from './input-ends.ts';
import type { ProgressBar } from './progress-bar.ts';
import { ScanLines } from './scan-lines.ts';
import type { ScanReport } from './scan-result.ts';
import { UntimedAnomalies } from './untimed-anomalies.ts';

/** After the end of a file, time goes on by this much, in ms, so that what ended inside the file is closed. */
const CLOSE_ENDED_MS = DEFAULT_ENGINE_SETTINGS.idleLatenessMs;
/** And after the last file by this much more, so that the windows in which it ended close too. */
const CLOSE_ALL_MS = CLOSE_ENDED_MS + 2 * Math.max(...WINDOW_SIZES);

/** The number of templates is told up to here. */
const MOST_TEMPLATES_COUNTED = 50_000;

/** @throws Failure when an input cannot be read to its end; what was found until then has been reported */
export async function scanLogs(
  inputs: readonly LogInput[],
  report: ScanReport,
  progress: ProgressBar,
  settings: Partial<EngineSettings> = {},
): Promise<void> {
  const scan = new Scan(report, settings);
  try {
    for (const input of inputs) {
      progress.reading(input);
      await scan.read(input, (lines) => progress.lines(lines));
    }
  } catch (error) {
    if (error instanceof UnreadableInput) throw new Failure(error.message, { cause: error });
    throw error;
  }
  await scan.end();
  progress.stop();
  report.done(scan.totals(inputs.map(({ path }) => path)));
}

class Scan {
  readonly #engine: Engine;
  readonly #report: ScanReport;
  readonly #lines = new ScanLines();
  readonly #templates = new Set<string>();
  readonly #untimed: string[] = [];
  readonly #untimedStreams = new Set<StreamIdentity>();
  readonly #untimedAnomalies = new UntimedAnomalies();
  readonly #ends = new InputEnds();
  readonly #beganAt = performance.now();
  /** The scan's own clock for ticks, in ms: goes on with event time inside a file, and never back. */
  #clockMs = 1;
  #fromMs = Infinity;
  #toMs = -Infinity;

  constructor(report: ScanReport, settings: Partial<EngineSettings>) {
    this.#engine = new Engine(engineSettings(settings), createTemplateMiner);
    this.#report = report;
  }

  async read(input: LogInput, progress: (lines: number) => void): Promise<void> {
    const reach: InputReach = { toMs: -Infinity };
    for await (const { batch, timed, stepwise, firstLine } of fileRecords(input, this.#engine)) {
      if (firstLine === 1) {
        this.#lines.begin(input.path, timed);
        if (!timed) this.#untimed.push(input.path === '-' ? 'standard input' : input.path);
      }
      const verdicts = VerdictBatch.create(batch.records);
      const first = this.#lines.count + 1;
      this.#engine.score(batch, verdicts, { learn: true, firstLine: first });
      this.#lines.add(batch.records);
      if (!timed) {
        const streams = this.#engine.streams();
        for (let i = 0; i < batch.records; i++) this.#untimedStreams.add(streams[batch.stream[i]]);
        for (const anomaly of this.#untimedAnomalies.of(batch, verdicts, streams, first)) await this.#tell(anomaly);
      }
      progress(this.#lines.count);
      if (timed) {
        this.#ends.see(batch, this.#engine.streams(), reach);
        const reachedMs = this.#span(batch.timeMs, batch.records);
        if (stepwise && reachedMs > reach.toMs) this.#goOn(reach.toMs === -Infinity ? 0 : reachedMs - reach.toMs);
        reach.toMs = Math.max(reach.toMs, reachedMs);
      }
      await this.#take();
    }
    // What this file's services do while the next one is read is not known: a gap, not silence.
    this.#goOn(CLOSE_ENDED_MS);
    await this.#take();
    this.#engine.markGap();
  }

  async end(): Promise<void> {
    this.#goOn(CLOSE_ALL_MS);
    await this.#take();
  }

  totals(files: readonly string[]): Parameters<ScanReport['done']>[0] {
    return {
      files: files.map((path) => (path === '-' ? 'standard input' : path)),
      untimed: this.#untimed,
      lines: this.#lines.count,
      services: this.#engine.streams().length,
      templates: this.#templates.size,
      fromMs: this.#fromMs,
      toMs: this.#toMs,
      seconds: Math.round(performance.now() - this.#beganAt) / 1000,
    };
  }

  #goOn(ms: number): void {
    this.#clockMs += ms;
    this.#engine.tick(this.#clockMs);
  }

  /** The latest time of a batch; the span covered grows by the batch. */
  #span(timeMs: Float64Array, records: number): number {
    let latestMs = -Infinity;
    for (let i = 0; i < records; i++) {
      if (timeMs[i] > latestMs) latestMs = timeMs[i];
      if (timeMs[i] < this.#fromMs) this.#fromMs = timeMs[i];
    }
    this.#toMs = Math.max(this.#toMs, latestMs);
    return latestMs;
  }

  /** Takes what the engine has to say; without times its windows and budgets mean nothing. */
  async #take(): Promise<void> {
    const { anomalies, catalogue } = this.#engine.takeOutputs();
    for (const { stream, rows } of catalogue)
      for (const { id, supersededBy } of rows) {
        const key = JSON.stringify([stream, id]);
        if (supersededBy !== '') this.#templates.delete(key);
        else if (this.#templates.size < MOST_TEMPLATES_COUNTED) this.#templates.add(key);
      }
    for (const anomaly of anomalies)
      if (!this.#untimedStreams.has(anomaly.stream) && !this.#ends.explains(anomaly)) await this.#tell(anomaly);
  }

  #tell(anomaly: Anomaly): Promise<void> {
    return this.#report.anomaly(anomaly, (line) => this.#lines.place(line));
  }
}
