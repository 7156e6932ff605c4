/**
 * Files as units: a run of a service that left a log. Files of one name, in several folders, are runs of one service.
 *
 * Two looks at a file: kinds of lines that no earlier file had (run-novelty.ts), and the engine's verdicts on windows of so
 * many lines, as for `--window`. What counts is how many of them are odd: a start or another single event makes one odd
 * window, a run that goes wrong makes many. The stronger look counts, corrected for having looked twice (Šidák).
 */
import { basename } from 'node:path';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { sidak } from '../detectors/ensemble.ts';
import { Families } from '../detectors/families.ts';
import { logBetaTail } from '../detectors/statistics/beta.ts';
import { judgeRun, singleRunKinds, type SingleRunKinds } from '../detectors/novelty/run-novelty.ts';
import { Engine } from '../engine/engine.ts';
import { WINDOW_SIZES } from '../engine/outputs.ts';
import type { EngineSettings } from '../engine/settings.ts';
import type { LogInput } from '../sources/log-input.ts';
import { createTemplateMiner } from '../templates/miner.ts';
import type { TemplateMiner } from '../templates/template-miner.ts';
import { odder } from './counted-window-units.ts';
import { labelledRecords, type RecordFormat } from './labelled-records.ts';
import { SeenKinds, templateKind, TRAINING } from './seen-kinds.ts';
import { ABNORMAL, UNLABELLED, type Label } from './unit-scores.ts';
import { FLAGGED_FROM, type Reading, type UnitKind, type UnitSink } from './unit-sink.ts';

export interface FileSettings {
  readonly format: RecordFormat;
  readonly labels: ReadonlyMap<string, Label> | undefined;
  /** Each test file is judged by the engine as training left it. */
  readonly independent: boolean;
  /** Files of one name are one service; otherwise all files are. */
  readonly byName: boolean;
  readonly engine: EngineSettings;
}

/** M from which a window is odd: one normal one in a hundred. */
const ODD_FROM = 2;
const LINES_PER_WINDOW = 100;
const WINDOW_MS = WINDOW_SIZES[0];
const LONGEST_MS = Math.max(...WINDOW_SIZES);
const FIRST_TICK = 1;
const START_MS = Math.ceil(1_700_000_000_000 / LONGEST_MS) * LONGEST_MS;

/** What was learned of one service. */
class Service {
  engine: Engine;
  trained: Uint8Array | undefined;
  nextMs = START_MS;
  /** How far the engine's clock for ticks has gone on: at the end of a file, so that its last window closes. */
  ticks = 0;
  readonly kinds = new SeenKinds();
  readonly miner: TemplateMiner;
  /** Lines by kind of the files that were learned. */
  readonly runs: Map<number, number>[] = [];

  constructor(settings: EngineSettings) {
    this.engine = new Engine(settings, createTemplateMiner);
    this.miner = createTemplateMiner(settings);
  }

  normalRuns(): Map<number, number>[] {
    return this.runs.map((run) => merged(run, this.miner));
  }
}

export class FileUnits implements UnitKind {
  readonly #settings: FileSettings;
  readonly #sink: UnitSink;
  readonly #services = new Map<string, Service>();
  readonly #looksForNewKinds: boolean;

  constructor(settings: FileSettings, sink: UnitSink) {
    this.#settings = settings;
    this.#looksForNewKinds = new Families(settings.engine.detectorsOff).has('novelty');
    this.#sink = sink;
  }

  async read(input: LogInput, { training, label: given }: Reading): Promise<void> {
    const { format, independent, labels: byId, engine: settings } = this.#settings;
    const service = this.#service(this.#settings.byName ? fileName(input.path) : '');
    if (!training && independent) {
      service.trained ??= service.engine.snapshot();
      service.engine = Engine.restore(settings, createTemplateMiner, service.trained);
    }
    const { engine } = service;
    const stream = engine.stream({ tenant: '', namespace: '', service: 'evaluated', environment: '' });
    const beginMs = service.nextMs;
    engine.tick(FIRST_TICK + service.ticks);
    let [line, newestKind, windows, odd] = [0, TRAINING, 0, 0];
    const unit = training ? TRAINING : this.#sink.units.size;
    let label: Label = UNLABELLED;
    const counts = new Map<number, number>();
    const take = (untilMs: number): void => {
      for (const { sizeMs, startMs, magnitude } of engine.takeOutputs({ catalogue: false }).windows) {
        if (sizeMs !== WINDOW_MS || startMs < beginMs || startMs >= untilMs) continue;
        windows++;
        if (magnitude >= ODD_FROM) odd++;
      }
    };
    for await (const { batch, labels } of labelledRecords(input, { stream: () => stream }, format)) {
      for (let i = 0; i < batch.records; i++) {
        batch.timeMs[i] = beginMs + Math.floor((line++ * WINDOW_MS) / LINES_PER_WINDOW);
        label = odder(label, labels[i] as Label);
        if (training && labels[i] === ABNORMAL) batch.stream[i] = -1;
        const kind = service.miner.mine(batch.bytes, batch.messageStart[i], batch.messageEnd[i]);
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
      service.miner.takeChanges();
      const verdicts = VerdictBatch.create(batch.records);
      engine.score(batch, verdicts, { learn: true });
      for (let i = 0; i < batch.records; i++)
        newestKind = Math.max(
          newestKind,
          service.kinds.firstUnit(templateKind(verdicts, i), unit, training || !independent),
        );
      take(Infinity);
      this.#sink.read(batch.records);
    }
    const whole = Math.floor(line / LINES_PER_WINDOW);
    engine.tick(FIRST_TICK + (service.ticks += LONGEST_MS));
    take(beginMs + whole * WINDOW_MS);
    engine.markGap();
    service.nextMs += Math.ceil((line * WINDOW_MS) / LINES_PER_WINDOW / LONGEST_MS + 2) * LONGEST_MS;
    if (training) {
      service.runs.push(counts);
      this.#sink.learned.add(line);
      return;
    }
    const looks = [oddWindows(odd, windows)];
    if (this.#looksForNewKinds)
      looks.push(judgeRun(merged(counts, service.miner), service.normalRuns(), this.#tail()).magnitude);
    const magnitude = sidak(Math.max(...looks), looks.length);
    if (!independent && magnitude < FLAGGED_FROM) service.runs.push(counts);
    const own = given ?? byId?.get(input.path) ?? byId?.get(basename(input.path)) ?? label;
    this.#sink.units.add(input.path, {
      ...{ label: own, magnitude, flagged: magnitude >= FLAGGED_FROM, newestKind, events: line },
    });
  }

  finish(): void {
    // Every file had its verdict when it was read.
  }

  /** Kinds that one run only had, over all services. */
  #tail(): SingleRunKinds {
    const tail = { kinds: 0, logs: 0 };
    for (const service of this.#services.values()) {
      const { kinds, logs } = singleRunKinds(service.normalRuns());
      tail.kinds += kinds;
      tail.logs += logs;
    }
    return tail;
  }

  #service(name: string): Service {
    let service = this.#services.get(name);
    if (service === undefined) this.#services.set(name, (service = new Service(this.#settings.engine)));
    return service;
  }
}

/** −log10 of the chance that so many of a normal file's windows, or more, are odd (binomial). */
function oddWindows(odd: number, windows: number): number {
  return odd === 0 ? 0 : -logBetaTail(odd, windows - odd + 1, 10 ** -ODD_FROM) / Math.LN10;
}

/** Counts by the templates that the miner has now. */
function merged(run: ReadonlyMap<number, number>, miner: TemplateMiner): Map<number, number> {
  const counts = new Map<number, number>();
  for (const [kind, count] of run) {
    const into = miner.resolve(kind);
    counts.set(into, (counts.get(into) ?? 0) + count);
  }
  return counts;
}

/** A file's name, without its folder and compression. */
export function fileName(path: string): string {
  return basename(path).replace(/\.gz$/i, '');
}
