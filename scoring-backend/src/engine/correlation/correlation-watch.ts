/**
 * Holds the streams of every tenant against each other, never those of two tenants. It stands behind the engine threads,
 * where their windows come together (window-order.ts), and has no state on disk: at the start it is built again from the
 * windows that the store has kept, while new ones wait.
 */
import type { Drift } from '../outputs.ts';
import { TenantCorrelations } from './tenant-correlations.ts';
import type { StreamMinute } from './tenant-minutes.ts';

export interface CorrelationCounters {
  /** Changes told. */
  readonly found: number;
  /** Windows that came after their minute was judged. */
  readonly late: number;
  /** Streams not held against others, because there are too many. */
  readonly unwatched: number;
}

export class CorrelationWatch {
  readonly #perWeek: number;
  readonly #tell: (drifts: readonly Drift[]) => void;
  readonly #tenants = new Map<string, TenantCorrelations>();
  readonly #beyond = new Set<string>();
  /** What came while it was built again; undefined when that is over. */
  #waiting: StreamMinute[] | undefined;
  #dropped = 0;
  #found = 0;

  /** @param budgetPerWeek false episodes accepted per service and week: a quarter of that may be told per tenant */
  constructor(budgetPerWeek: number, tell: (drifts: readonly Drift[]) => void) {
    this.#perWeek = budgetPerWeek * SHARE;
    this.#tell = tell;
  }

  /** Takes in windows; what is found in them is told. */
  take(minutes: readonly StreamMinute[]): void {
    if (this.#waiting === undefined) this.#say(this.#judge(minutes));
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(...minutes);
    else this.#dropped += minutes.length;
  }

  /** Learns what the store has kept, oldest first. What is in there was told in its time. */
  async rebuild(kept: AsyncIterable<readonly StreamMinute[]>): Promise<void> {
    this.#waiting = [];
    try {
      for await (const minutes of kept) this.#judge(minutes);
    } finally {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      this.take(waiting);
    }
  }

  counters(): CorrelationCounters {
    const tenants = [...this.#tenants.values()];
    return {
      found: this.#found,
      late: tenants.reduce((sum, { minutes }) => sum + minutes.late, this.#dropped),
      unwatched: tenants.reduce((sum, { unwatched }) => sum + unwatched, this.#beyond.size),
    };
  }

  /** However many minutes come at once, they are judged one by one. */
  #judge(minutes: readonly StreamMinute[]): Drift[] {
    const drifts: Drift[] = [];
    const touched = new Set<TenantCorrelations>();
    const judge = (): void => {
      for (const tenant of touched) drifts.push(...tenant.judge());
      touched.clear();
    };
    let startMs = -1;
    for (const minute of minutes) {
      if (minute.startMs !== startMs) judge();
      startMs = minute.startMs;
      const tenant = this.#tenant(minute);
      tenant?.minutes.take(minute);
      if (tenant !== undefined) touched.add(tenant);
    }
    judge();
    return drifts;
  }

  #say(drifts: readonly Drift[]): void {
    this.#found += drifts.length;
    if (drifts.length > 0) this.#tell(drifts);
  }

  #tenant({ stream: { tenant }, key }: StreamMinute): TenantCorrelations | undefined {
    let correlations = this.#tenants.get(tenant);
    if (correlations === undefined && this.#tenants.size < MOST_TENANTS) {
      correlations = new TenantCorrelations(this.#perWeek);
      this.#tenants.set(tenant, correlations);
    } else if (correlations === undefined && this.#beyond.size < MOST_BEYOND) this.#beyond.add(key);
    return correlations;
  }
}

/** Of the budget of one service and week. */
const SHARE = 1 / 4;
/** Tenants whose streams are held against each other; each takes about 130 KB. */
const MOST_TENANTS = 256;
/** Streams of further ones that are counted. */
const MOST_BEYOND = 10_000;
/** Windows that wait until what the store has kept is learned. */
const MOST_WAITING = 100_000;
