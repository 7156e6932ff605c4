/**
 * Refuses new requests before the process runs out of memory; names and meaning are those of the Collector's
 * memory_limiter. Above the soft limit nothing new is taken, above the hard limit the garbage collector is run as well.
 * Clients are told to come again, so nothing is lost.
 */
import { totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Logger, Telemetry } from './telemetry.ts';

export interface MemoryLimits {
  /** Hard limit of the memory of the whole process, bytes; 0: `SHARE` of what the container or the machine has. */
  readonly limitBytes: number;
  /** The soft limit is this much below the hard one, bytes; 0: a fifth of it. */
  readonly spikeBytes: number;
  /** Interval between two looks, ms; 0: never, no limit. */
  readonly checkIntervalMs: number;
}

export interface MemoryLimiterOptions {
  /** Memory of the process now, bytes. */
  readonly used?: () => number;
  /** What there is at most, bytes. */
  readonly available?: number;
  readonly collectGarbage?: () => void;
}

const SHARE = 0.8;
const SPIKE_SHARE = 0.2;
/** A collection stops everything, so below the hard limit it is not run more often, ms. */
const BETWEEN_COLLECTIONS_MS = 10_000;

export class MemoryLimiter {
  readonly hardBytes: number;
  readonly softBytes: number;
  readonly #used: () => number;
  readonly #collectGarbage: () => void;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout | undefined;
  #refuses = false;
  #collectedAt = -Infinity;

  constructor(limits: MemoryLimits, telemetry: Telemetry, log: Logger, options: MemoryLimiterOptions = {}) {
    const { used = () => process.memoryUsage.rss(), available = availableBytes() } = options;
    this.#used = used;
    this.#collectGarbage = options.collectGarbage ?? collectGarbage;
    this.#log = log;
    this.hardBytes = limits.limitBytes || Math.floor(available * SHARE);
    this.softBytes = this.hardBytes - (limits.spikeBytes || Math.floor(this.hardBytes * SPIKE_SHARE));
    telemetry.gauge('seismo.memory.usage', used);
    telemetry.gauge('seismo.memory.limit', () => this.hardBytes, { limit: 'hard' });
    telemetry.gauge('seismo.memory.limit', () => this.softBytes, { limit: 'soft' });
    if (limits.checkIntervalMs > 0)
      this.#timer = setInterval(() => this.look(performance.now()), limits.checkIntervalMs).unref();
  }

  /** Is nothing new to be taken at the moment? */
  get refuses(): boolean {
    return this.#refuses;
  }

  /** Looks now. @param nowMs a clock that never goes back */
  look(nowMs: number): void {
    let used = this.#used();
    if (used > this.hardBytes || (used > this.softBytes && nowMs - this.#collectedAt >= BETWEEN_COLLECTIONS_MS)) {
      this.#collectGarbage();
      this.#collectedAt = nowMs;
      used = this.#used();
    }
    const refuses = used > this.softBytes;
    if (refuses === this.#refuses) return;
    this.#refuses = refuses;
    const bytes = { used, soft: this.softBytes, hard: this.hardBytes };
    if (refuses) this.#log.warn({ event: 'memory.limited', ...bytes }, 'nothing new is taken until memory is free');
    else this.#log.info({ event: 'memory.free', ...bytes }, 'requests are taken again');
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** What the container may use, or the machine has. */
function availableBytes(): number {
  return Math.min(process.constrainedMemory() || Infinity, totalmem());
}

let gc: (() => void) | undefined;

/** Node has no other way to it without a flag on its command line. */
function collectGarbage(): void {
  if (gc === undefined) {
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as () => void;
  }
  gc();
}
