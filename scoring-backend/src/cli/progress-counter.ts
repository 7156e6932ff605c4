/** Totals since the start, for the status line. */
import type { Backend } from '../main.ts';
import { streamName } from './episode.ts';
import type { Progress } from './narrator.ts';

export class ProgressCounter {
  readonly #backend: Backend;
  readonly #services = new Set<string>();
  #windows = 0;
  #anomalies = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
    backend.onWindow((window) => {
      this.#windows++;
      this.#services.add(streamName(window.stream));
    });
    backend.onAnomaly(() => this.#anomalies++);
  }

  async read(): Promise<Progress> {
    return {
      records: this.#backend.counters().consumed,
      templates: await this.#templates(),
      services: this.#services.size,
      windows: this.#windows,
      anomalies: this.#anomalies,
    };
  }

  /** Live templates in the catalogue, at most the 1,000 that the API gives at once. */
  async #templates(): Promise<number> {
    const answer = await fetch(`${this.#backend.url}/api/v1/templates?limit=1000`).catch(() => undefined);
    if (answer?.ok !== true) return 0;
    const { templates } = (await answer.json()) as { templates: readonly { supersededBy: string }[] };
    return templates.filter(({ supersededBy }) => supersededBy === '').length;
  }
}
