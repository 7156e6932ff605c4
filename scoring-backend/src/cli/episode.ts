/** Anomalies of one service with gaps of at most ten minutes: what a person would call one event. */
import type { Anomaly, ExampleLine, Reason } from '../engine/outputs.ts';
import type { StreamIdentity } from '../engine/stream-identity.ts';

/** Longest gap of event time inside an episode, in ms. */
export const EPISODE_GAP_MS = 600_000;
/** SeverityNumber of ERROR. */
const ERROR = 17;

/** A reason that several anomalies of an episode gave: told once, with its highest figure. */
export interface FoldedReason {
  readonly reason: Reason;
  /** How many anomalies gave it, and of what: windows, records, or both. */
  readonly times: number;
  readonly unit: Anomaly['unit'] | 'mixed';
  /** From the first of them to the last. */
  readonly startMs: number;
  readonly endMs: number;
}

export class Episode {
  readonly stream: StreamIdentity;
  readonly anomalies: Anomaly[] = [];
  startMs = Infinity;
  endMs = -Infinity;

  constructor(first: Anomaly) {
    this.stream = first.stream;
    this.add(first);
  }

  add(anomaly: Anomaly): void {
    this.anomalies.push(anomaly);
    this.startMs = Math.min(this.startMs, anomaly.startMs);
    this.endMs = Math.max(this.endMs, anomaly.endMs);
  }

  /** Would this anomaly belong here? */
  takes(anomaly: Anomaly): boolean {
    return anomaly.startMs <= this.endMs + EPISODE_GAP_MS && anomaly.endMs >= this.startMs - EPISODE_GAP_MS;
  }

  /** The anomaly that speaks for it: the one furthest over its budget. */
  get worst(): Anomaly {
    return this.anomalies.reduce((worst, next) => (next.margin > worst.margin ? next : worst));
  }

  /** Its reasons, the same kind and template folded into one with its highest figure; the rarest first. */
  get folded(): FoldedReason[] {
    const folded = new Map<string, FoldedReason>();
    for (const { reasons, unit, startMs, endMs } of this.anomalies)
      for (const reason of reasons) {
        const key = reasonKey(reason);
        const known = folded.get(key);
        if (known === undefined) folded.set(key, { reason, times: 1, unit, startMs, endMs });
        else
          folded.set(key, {
            reason: reason.magnitude > known.reason.magnitude ? reason : known.reason,
            times: known.times + 1,
            unit: known.unit === unit ? unit : 'mixed',
            startMs: Math.min(known.startMs, startMs),
            endMs: Math.max(known.endMs, endMs),
          });
      }
    return [...folded.values()].sort((a, b) => b.reason.magnitude - a.reason.magnitude);
  }

  /**
   * Lines that show it, in order of time, each template once: those that came and that its reasons name, and errors when
   * there were too many of them; any only where the reasons name none (unrelated lines would mislead).
   */
  examples(most: number): ExampleLine[] {
    const lines = new Map<string, ExampleLine>();
    for (const anomaly of [this.worst, ...this.anomalies])
      for (const line of anomaly.examples) if (!lines.has(line.templateId)) lines.set(line.templateId, line);
    const reasons = this.folded.map(({ reason }) => reason);
    const named = new Set(reasons.filter(({ actual }) => actual > 0).map(({ templateId }) => templateId));
    const errors = reasons.some(({ kind }) => kind === 'error_rate');
    const shown = [...lines.values()].filter(
      ({ templateId, severity }) => named.has(templateId) || (errors && severity >= ERROR),
    );
    const explained = errors || named.size > (named.has(undefined) ? 1 : 0);
    return (explained ? shown : [...lines.values()]).slice(0, most).sort((a, b) => a.timeMs - b.timeMs);
  }
}

/** What makes two reasons the same to a reader: their kind and template, not their figures. */
export function reasonKey(reason: Reason): string {
  return `${reason.kind} ${reason.templateId ?? ''}`;
}

/** One name of a stream, for people: the service, and what sets it apart where that is given. */
export function streamName({ tenant, namespace, service, environment }: StreamIdentity): string {
  const rest = [tenant, namespace, environment].filter((part) => part !== '' && part !== 'default');
  return rest.length === 0 ? service : `${service} (${rest.join(', ')})`;
}

/** Groups anomalies into episodes, most important first: by the rarest anomaly over its budget, then by time. */
export function episodesOf(anomalies: readonly Anomaly[]): Episode[] {
  const byStream = new Map<string, Episode[]>();
  for (const anomaly of [...anomalies].sort((a, b) => a.startMs - b.startMs)) {
    const { tenant, namespace, service, environment } = anomaly.stream;
    const key = JSON.stringify([tenant, namespace, service, environment]);
    const episodes = byStream.get(key) ?? [];
    byStream.set(key, episodes);
    const last = episodes.at(-1);
    if (last?.takes(anomaly)) last.add(anomaly);
    else episodes.push(new Episode(anomaly));
  }
  return [...byStream.values()].flat().sort((a, b) => b.worst.margin - a.worst.margin || a.startMs - b.startMs);
}
