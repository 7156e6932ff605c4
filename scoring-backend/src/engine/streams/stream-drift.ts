/** What a stream is like has changed: drifts that tests find in its figures, and odd states that became normal, as events. */
import { driftFigures } from '../../detectors/drift/drift-figures.ts';
import { type DriftFigure, DriftWatch } from '../../detectors/drift/drift-watch.ts';
import type { WindowFeatures } from '../../detectors/detector.ts';
import type { Drift } from '../outputs.ts';
import type { StreamIdentity } from '../stream-identity.ts';
import type { Release } from './stream-release.ts';
import { loadFamily, saveFamily } from './family-state.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export class StreamDrift {
  /** Events so far. */
  found = 0;
  /** Undefined where the family is off: what was accepted, and releases, are told all the same. */
  readonly #watch: DriftWatch | undefined;
  readonly #stream: StreamIdentity;
  readonly #tell: (drift: Drift) => void;

  constructor(stream: StreamIdentity, isOn: boolean, tell: (drift: Drift) => void) {
    this.#stream = stream;
    if (isOn) this.#watch = new DriftWatch();
    this.#tell = tell;
  }

  /** Takes in a judged window, of always the same size: the figures that have changed. `bornMs`: of the templates. */
  take(window: WindowFeatures, magnitude: number, bornMs: Float64Array): DriftFigure[] {
    if (this.#watch === undefined) return [];
    const timeMs = window.startMs;
    return this.#watch.take(timeMs, driftFigures(window, magnitude, bornMs)).map(({ lasted, ...drift }) => {
      this.found++;
      this.#tell({ stream: this.#stream, timeMs, sinceMs: timeMs - lasted * HOUR_MS, ...drift });
      return drift.figure;
    });
  }

  /** Windows or sessions were flagged for so many hours that this is normal from now on. */
  accepted(figure: 'windows' | 'sessions', timeMs: number, hours: number): void {
    this.found++;
    const sinceMs = Math.round(timeMs - hours * HOUR_MS);
    this.#tell({ stream: this.#stream, timeMs, sinceMs, figure, test: 'lasted', shift: hours });
  }

  /** A release is over: what came with it. */
  released(
    { sinceMs, untilMs, version, templates }: Release,
    name: (template: number) => { id: string; text: string },
  ): void {
    this.found++;
    this.#tell({
      ...{ stream: this.#stream, timeMs: untilMs, sinceMs, figure: 'release', shift: templates.length },
      ...{ test: version === '' ? 'start' : 'version', release: { version, templates: templates.map(name) } },
    });
  }

  save(to: StateWriter): void {
    to.number(this.found);
    saveFamily(to, this.#watch);
  }

  load(from: StateReader): void {
    this.found = from.number();
    loadFamily(from, this.#watch);
  }
}

const HOUR_MS = 3_600_000;
