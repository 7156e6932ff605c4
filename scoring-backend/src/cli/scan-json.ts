/** The report of a scan as JSON lines: each anomaly as it is found, then a summary. */
import type { Anomaly } from '../engine/outputs.ts';
import { EPISODE_GAP_MS } from './episode.ts';
import type { ScanReport } from './scan-result.ts';
import type { Terminal } from './terminal.ts';

export function jsonReport(terminal: Terminal): ScanReport {
  let anomalies = 0;
  const episodes = new EpisodeCounter();
  return {
    async anomaly(anomaly, place) {
      anomalies++;
      episodes.add(anomaly);
      const { stream, unit, score, magnitude, margin, confidence, reasons, templateId, template } = anomaly;
      const { explanation } = anomaly;
      const [example] = anomaly.examples;
      const where = example === undefined ? undefined : place(example.line);
      terminal.print(
        JSON.stringify({
          time: where?.timed === false ? null : new Date(anomaly.startMs).toISOString(),
          service: stream.service,
          unit,
          ...(unit === 'window' ? { windowSeconds: (anomaly.endMs - anomaly.startMs) / 1000 } : {}),
          ...{ score, magnitude, margin, confidence, reasons, templateId, template },
          file: where?.file ?? null,
          line: where?.line ?? null,
          text: example?.text ?? null,
          ...(explanation === undefined ? {} : { explanation }),
        }),
      );
      await terminal.drained();
    },
    done({ lines, templates, seconds }) {
      const summary = { lines, templates, anomalies, episodes: episodes.count, seconds };
      terminal.print(JSON.stringify({ summary }));
    },
  };
}

/** Counts episodes without keeping their anomalies: only their spans, joined as they grow together. */
class EpisodeCounter {
  readonly #spans = new Map<string, [start: number, end: number][]>();

  add({ stream, startMs, endMs }: Anomaly): void {
    const key = JSON.stringify(stream);
    const apart: [number, number][] = [];
    let [start, end] = [startMs, endMs];
    for (const span of this.#spans.get(key) ?? []) {
      if (span[0] > end + EPISODE_GAP_MS || span[1] < start - EPISODE_GAP_MS) apart.push(span);
      else [start, end] = [Math.min(start, span[0]), Math.max(end, span[1])];
    }
    this.#spans.set(key, [...apart, [start, end]]);
  }

  get count(): number {
    return [...this.#spans.values()].reduce((sum, spans) => sum + spans.length, 0);
  }
}
