/**
 * Nezha's TrainTicket: faults injected into one of some thirty micro-services, each seen for two to three minutes. Learned
 * on the fault-free period alone (three minutes), then each fault by itself, as if it came right behind that period:
 * services are ranked by how odd their windows of 30 s were from the injection on, all taken together by Fisher's method.
 */
import { join } from 'node:path';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { Engine } from '../../engine/engine.ts';
import { WINDOW_SIZES, type WindowVerdict } from '../../engine/outputs.ts';
import { engineSettings } from '../../engine/settings.ts';
import { fileRecords } from '../../sources/files.ts';
import type { LogInput } from '../../sources/log-input.ts';
import { createTemplateMiner } from '../../templates/miner.ts';
import type { EvaluationProgress } from '../evaluation.ts';
import { jsonLines, nezhaLogs, type InjectedFault } from './nezha-logs.ts';
import type { Protocol } from './protocol.ts';

const WINDOW_MS = WINDOW_SIZES[0];
const LONGEST_MS = Math.max(...WINDOW_SIZES);
/** Ranks that are counted: the service at fault is first, among the first three, the first five. */
const RANKS = [1, 3, 5];

/** What speaks for each service. */
type Ranking = ReadonlyMap<string, number>;

export const nezha: Protocol = {
  name: 'nezha',
  method:
    'TrainTicket, logs only: learned on the 3 fault-free minutes, services ranked for each of 28 injected faults by their 30 s windows; AS@k is the share with the service at fault among the first k, beside rankings by new templates and by records, and by chance',
  async run(data, progress) {
    const { normal, faults } = nezhaLogs(join(data, 'nezha/trainticket-2023-01-29.tgz'));
    const learned = new Feed(new Engine(engineSettings(), createTemplateMiner), progress);
    await learned.read(jsonLines('fault-free', normal, 0));
    learned.end();
    const known = { snapshot: learned.engine.snapshot(), clockMs: learned.clockMs };
    const endMs = normal.at(-1)?.timeMs ?? 0;
    const ranks = { seismo: [] as number[], newTemplates: [] as number[], records: [] as number[] };
    let services = 0;
    for (const fault of faults) {
      const windows = await windowsOf(fault, endMs, known, progress);
      const count = (figure: (window: WindowVerdict) => number): Ranking => summed(windows, figure);
      const oddness = fisher(windows);
      services += oddness.size / faults.length;
      ranks.seismo.push(rankOf(fault.service, oddness));
      ranks.newTemplates.push(
        rankOf(
          fault.service,
          count(({ newTemplates }) => newTemplates),
        ),
      );
      ranks.records.push(
        rankOf(
          fault.service,
          count(({ records }) => records),
        ),
      );
    }
    const types = [...new Set(faults.map(({ type }) => type))];
    return {
      unit: 'service',
      facts: {
        ...{ faults: faults.length, services, ...shares('', ranks.seismo) },
        ...Object.fromEntries(
          types.map((type) => [`${type} ranks`, ranks.seismo.filter((_, i) => faults[i].type === type).join(' ')]),
        ),
        ...shares('newTemplates ', ranks.newTemplates),
        ...shares('records ', ranks.records),
        ...Object.fromEntries(RANKS.map((rank) => [`chance AS@${rank}`, rank / services])),
      },
    };
  },
};

/** Puts lines into an engine, with ticks between them as they were written. */
class Feed {
  readonly engine: Engine;
  /** The engine's clock for ticks: it goes on while lines come, and does not know of the time between two periods. */
  clockMs = 1;
  readonly #progress: EvaluationProgress;

  constructor(engine: Engine, progress: EvaluationProgress) {
    this.engine = engine;
    this.#progress = progress;
  }

  async read(input: LogInput): Promise<void> {
    this.#progress.reading(input);
    let reachMs = NaN;
    for await (const { batch } of fileRecords(input, this.engine)) {
      this.engine.score(batch, VerdictBatch.create(batch.records), { learn: true });
      const latestMs = batch.timeMs.subarray(0, batch.records).reduce((latest, timeMs) => Math.max(latest, timeMs));
      if (latestMs > reachMs) this.engine.tick((this.clockMs += latestMs - reachMs));
      reachMs = Number.isNaN(reachMs) ? latestMs : Math.max(reachMs, latestMs);
    }
  }

  /** Closes what is open; what is missing behind the last line is nobody's silence. */
  end(): void {
    this.engine.markGap();
    this.engine.tick((this.clockMs += 2 * LONGEST_MS));
  }
}

/** The windows of 30 s that end behind the injection and begin before the last line. */
async function windowsOf(
  { atMs, lines }: InjectedFault,
  normalEndMs: number,
  known: { readonly snapshot: Uint8Array; readonly clockMs: number },
  progress: EvaluationProgress,
): Promise<WindowVerdict[]> {
  const feed = new Feed(Engine.restore(engineSettings(), createTemplateMiner, known.snapshot), progress);
  feed.clockMs = known.clockMs;
  // Whole windows later, so that lines fall into windows as they did when they were written.
  const free = normalEndMs + 3 * LONGEST_MS - lines[0].timeMs;
  const shiftMs = Math.ceil(free / LONGEST_MS) * LONGEST_MS;
  await feed.read(jsonLines('fault', lines, shiftMs));
  feed.end();
  const lastMs = (lines.at(-1)?.timeMs ?? 0) + shiftMs;
  return feed.engine
    .takeOutputs({ catalogue: false })
    .windows.filter(
      ({ sizeMs, startMs }) => sizeMs === WINDOW_MS && startMs + sizeMs > atMs + shiftMs && startMs <= lastMs,
    );
}

function summed(windows: readonly WindowVerdict[], figure: (window: WindowVerdict) => number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const window of windows)
    sums.set(window.stream.service, (sums.get(window.stream.service) ?? 0) + figure(window));
  return sums;
}

/**
 * M of each service over all its windows: −2·Σ ln p is χ² with two degrees of freedom for each (Fisher 1925), whose tail
 * is e^−x · Σ xʲ/j! for j below the number of windows, with x = −Σ ln p.
 */
function fisher(windows: readonly WindowVerdict[]): Ranking {
  const count = summed(windows, () => 1);
  const together = new Map<string, number>();
  for (const [service, sum] of summed(windows, ({ magnitude }) => magnitude)) {
    const x = sum * Math.LN10;
    let [term, terms] = [1, 1];
    for (let j = 1; j < (count.get(service) ?? 1); j++) terms += term *= x / j;
    together.set(service, (x - Math.log(terms)) / Math.LN10);
  }
  return together;
}

/** 1 for the service that most speaks for; one that others are equal to stands behind them, one never seen behind all. */
function rankOf(service: string, ranking: Ranking): number {
  const own = ranking.get(service) ?? -1;
  return 1 + [...ranking].filter(([other, value]) => other !== service && value >= own).length;
}

function shares(name: string, ranks: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    RANKS.map((most) => [`${name}AS@${most}`, ranks.filter((rank) => rank <= most).length / ranks.length]),
  );
}
