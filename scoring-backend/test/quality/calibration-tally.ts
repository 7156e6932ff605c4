/**
 * How often units reach M = 1, 2 and 3, counted two ways:
 * - of the units *outside odd states*: those the engine did not flag. A flagged unit contradicts everything learned and
 *   is not learned until the state ends or is accepted, so it is no unit of the learned normal, and P(M ≥ m | normal)
 *   says nothing of it. Thresholds lie above M = 4, so all of m ≤ 3 is left to be counted;
 * - of *all* units, where a state that lasts for an hour counts as 120 windows.
 * Odd states are counted for themselves, as episodes per service and week: that is what the budget is about.
 */
import { ANOMALY, type VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import type { EngineOutputs } from '../../src/engine/outputs.ts';

/** The units of one kind: how many, and how many of them reached M = 1, 2, 3. */
export class Reached {
  units = 0;
  readonly reached = [0, 0, 0];

  add(magnitude: number): void {
    this.units++;
    for (let m = 1; m <= 3; m++) if (magnitude >= m) this.reached[m - 1]++;
  }

  /** P(M ≥ m) · 10^m for m = 1, 2, 3: 1 each, if a magnitude is what it says. */
  ratios(): number[] {
    return this.reached.map((count, i) => (count / this.units) * 10 ** (i + 1));
  }
}

export class Tally {
  readonly all = new Map<string, Reached>();
  readonly outsideOddStates = new Map<string, Reached>();
  readonly #anomalies = new Map<string, { startMs: number; endMs: number }[]>();
  #weeks = 0;

  addVerdicts(verdicts: VerdictBatch): void {
    for (let i = 0; i < verdicts.records; i++)
      this.#add('record', -2 * Math.log2(1 - verdicts.score[i]), (verdicts.flags[i] & ANOMALY) !== 0);
  }

  /** `service` tells the streams of several engines apart. */
  addOutputs(service: string, { windows, anomalies }: EngineOutputs): void {
    for (const window of windows) {
      if (window.sizeMs === 30_000) this.#weeks += 30_000 / WEEK_MS;
      if (!window.incomplete) this.#add(`${window.sizeMs / 1000} s`, window.magnitude, window.isAnomaly);
    }
    if (anomalies.length === 0) return;
    const known = this.#anomalies.get(service) ?? [];
    this.#anomalies.set(service, known);
    known.push(...anomalies.map(({ startMs, endMs }) => ({ startMs, endMs })));
  }

  /** Anomalies of one service with gaps of at most ten minutes are one episode. */
  get episodes(): number {
    let episodes = 0;
    for (const anomalies of this.#anomalies.values()) {
      let endMs = -Infinity;
      for (const anomaly of anomalies.toSorted((a, b) => a.startMs - b.startMs)) {
        if (anomaly.startMs > endMs + EPISODE_GAP_MS) episodes++;
        endMs = Math.max(endMs, anomaly.endMs);
      }
    }
    return episodes;
  }

  /** Weeks of event time in windows, over all services. */
  get weeks(): number {
    return this.#weeks;
  }

  /** A table of P(M ≥ m) · 10^m for m = 1, 2, 3, and a line about episodes. */
  report(title: string): void {
    const row = (kind: string): string => {
      const [normal, all] = [this.outsideOddStates.get(kind), this.all.get(kind)];
      if (normal === undefined || all === undefined) return '';
      const ratios = (of: Reached): string =>
        of
          .ratios()
          .map((ratio) => ratio.toFixed(2).padStart(6))
          .join('');
      const flagged = `${all.units - normal.units} flagged`;
      return `  ${kind.padEnd(7)}${String(all.units).padStart(9)} units  ${ratios(normal)}   all:${ratios(all)}  ${flagged}\n`;
    };
    const perWeek = (this.episodes / this.#weeks).toFixed(2);
    process.stdout.write(
      `${title}: P(M ≥ m) · 10^m outside odd states, for m = 1, 2, 3\n` +
        ['record', '30 s', '60 s', '300 s'].map(row).join('') +
        `  ${this.episodes} episodes in ${this.#weeks.toFixed(2)} service weeks, ${perWeek} per service and week (budget 1)\n`,
    );
  }

  #add(kind: string, magnitude: number, flagged: boolean): void {
    for (const map of flagged ? [this.all] : [this.all, this.outsideOddStates]) {
      const of = map.get(kind) ?? new Reached();
      map.set(kind, of);
      of.add(magnitude);
    }
  }
}

const WEEK_MS = 604_800_000;
const EPISODE_GAP_MS = 600_000;
