/** The course of the demo: calm, a fault, recovery, calm, the next fault; and whether each fault was found. */
import { setTimeout as pause } from 'node:timers/promises';
import type { DemoShop } from '../demo/demo-shop.ts';
import type { Fault } from '../demo/fault.ts';
import type { Anomaly } from '../engine/outputs.ts';
import type { Narrator } from './narrator.ts';

/** How long a fault lasts, how long the shop is left in peace after it, and by when it must have been found, in ms. */
const FAULT_LASTS_MS = 120_000;
const PEACE_MS = 240_000;
const FIND_WITHIN_MS = 240_000;
/** Services that show the same fault tell of it within the same moment: one sentence for all of them. In ms. */
const SAME_MOMENT_MS = 500;

export interface CourseOptions {
  readonly faults: readonly Fault[];
  readonly calmMs: number;
  /** End with the first fault, found or not. */
  readonly onlyFirst: boolean;
}

export class DemoCourse {
  readonly #narrator: Narrator;
  readonly #now: () => number;
  /** Anomalies raised before the first fault: all of them false alarms. */
  #calmAnomalies = 0;
  #calm = true;
  /** Called for each anomaly while a fault is on and not found yet. */
  #watch: ((anomaly: Anomaly) => void) | undefined;

  /** @param now the time in ms since the epoch */
  constructor(narrator: Narrator, now: () => number) {
    this.#narrator = narrator;
    this.#now = now;
  }

  /** Shows the course an anomaly that was raised. */
  see(anomaly: Anomaly): void {
    if (this.#calm) this.#calmAnomalies++;
    this.#watch?.(anomaly);
  }

  /**
   * Runs until `signal` says stop, or with `onlyFirst` until the first fault was found.
   * @returns whether every fault so far was found
   */
  async run(shop: DemoShop, options: CourseOptions, signal: AbortSignal): Promise<boolean> {
    let allFound = true;
    try {
      await pause(options.calmMs, undefined, { signal });
      for (let turn = 0; ; turn++) {
        const fault = options.faults[turn % options.faults.length];
        const found = await this.#inject(shop, fault, options.onlyFirst, signal);
        allFound &&= found;
        if (options.onlyFirst) return allFound;
        await shop.recover();
        this.#narrator.recovered(fault, PEACE_MS / 1000);
        await pause(PEACE_MS, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      return allFound;
    }
  }

  /** One fault. With `untilFound` it ends as soon as it was found, else it lasts its time. */
  async #inject(shop: DemoShop, fault: Fault, untilFound: boolean, signal: AbortSignal): Promise<boolean> {
    const calmAnomalies = this.#calm ? this.#calmAnomalies : undefined;
    this.#calm = false;
    const sinceMs = this.#now();
    const services = new Set<string>();
    const ended = new AbortController();
    this.#watch = ({ stream, endMs }) => {
      if (!fault.services.includes(stream.service) || endMs < sinceMs) return;
      const first = services.size === 0;
      services.add(stream.service);
      if (!first) return;
      const afterMs = this.#now() - sinceMs;
      setTimeout(() => {
        // Once is enough to be told; anomalies that follow belong to the same fault.
        this.#watch = undefined;
        this.#narrator.found({ fault, services: [...services], afterMs, calmAnomalies });
        if (untilFound) ended.abort();
      }, SAME_MOMENT_MS);
    };
    this.#narrator.injected(fault);
    await shop.begin(fault);
    const within = untilFound ? FIND_WITHIN_MS : FAULT_LASTS_MS;
    await pause(within, undefined, { signal: AbortSignal.any([signal, ended.signal]) }).catch((error: unknown) => {
      if (signal.aborted) throw error;
    });
    this.#watch = undefined;
    if (services.size === 0) this.#narrator.notFound(fault, within);
    return services.size > 0;
  }
}
