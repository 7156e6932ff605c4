/**
 * Services that call each other, as records per minute: a front gets requests, in the rhythm of day and week, with swings
 * and bursts; a share of them reaches each of the services behind it, which have traffic, jobs and restarts of their own.
 */
import { Random } from '../quality/calibration-traffic.ts';

export interface Coupling {
  readonly name: string;
  /** Requests per minute to the front, averaged over a week. */
  readonly rate: number;
  /** As in shapes.ts. */
  readonly daily: number;
  readonly weekend: number;
  readonly swing: number;
  readonly swingMinutes: number;
  readonly bursts: { readonly perDay: number; readonly factor: number; readonly minutes: number };
  /** Services behind the front: the share of requests that reach them, and traffic of their own relative to that. */
  readonly behind: readonly { readonly share: number; readonly own: number; readonly jobEveryMinutes: number }[];
  readonly restartsPerWeek: number;
}

const DAY = 24 * 60;

/** A service behind the front that is no longer called by it: `alone` it gets as much from elsewhere, else nothing. */
export interface Parted {
  readonly service: number;
  readonly alone: boolean;
}

class Wave {
  #level = 0;
  #burst = 0;
  readonly #peakHour: number;
  readonly #shape: Coupling;
  readonly #random: Random;

  constructor(shape: Coupling, random: Random, peakHour: number) {
    [this.#shape, this.#random, this.#peakHour] = [shape, random, peakHour];
  }

  /** Relative to the average. */
  next(minute: number): number {
    const { daily, weekend, swing, swingMinutes, bursts } = this.#shape;
    const hour = (minute % DAY) / 60;
    const rhythm = Math.exp(daily * Math.cos((2 * Math.PI * (hour - this.#peakHour)) / 24) - (daily * daily) / 4);
    const keep = Math.exp(-1 / swingMinutes);
    this.#level = keep * this.#level + Math.sqrt(1 - keep * keep) * swing * this.#random.normal();
    if (this.#burst > 0) this.#burst--;
    else if (this.#random.next() < bursts.perDay / DAY) this.#burst = bursts.minutes * this.#random.exponential();
    const isWeekend = Math.floor(minute / DAY) % 7 >= 5;
    return rhythm * (isWeekend ? weekend : 1) * Math.exp(this.#level) * (this.#burst > 0 ? bursts.factor : 1);
  }
}

export class CoupledServices {
  readonly #shape: Coupling;
  readonly #random: Random;
  readonly #front: Wave;
  readonly #own: Wave[];
  readonly #lines: number[];
  readonly #down: number[];
  #minute = 0;

  constructor(shape: Coupling, seed: number) {
    this.#shape = shape;
    this.#random = new Random(seed);
    const peakHour = 10 + 8 * this.#random.next();
    this.#front = new Wave(shape, this.#random, peakHour);
    this.#own = shape.behind.map(() => new Wave(shape, this.#random, peakHour));
    this.#lines = [0, ...shape.behind].map(() => 1 + 5 * this.#random.next());
    this.#down = [0, ...shape.behind].map(() => 0);
  }

  /** Records in the next minute: of the front, then of the services behind it. */
  next(parted?: Parted): Float64Array {
    const random = this.#random;
    const { rate, behind, restartsPerWeek } = this.#shape;
    const minute = this.#minute++;
    const requests = random.poisson(rate * this.#front.next(minute));
    const counts = new Float64Array(behind.length + 1);
    counts[0] = this.#records(0, requests);
    behind.forEach(({ share, own, jobEveryMinutes }, i) => {
      const wave = this.#own[i].next(minute);
      const isParted = parted?.service === i + 1;
      let calls = random.poisson(rate * share * own * wave);
      if (!isParted) for (let left = requests; left > 0; left--) calls += random.next() < share ? 1 : 0;
      else if (parted.alone) calls += random.poisson(rate * share * wave);
      counts[i + 1] = this.#records(i + 1, calls);
      if ((minute + 7 * i) % jobEveryMinutes === 0) counts[i + 1] += random.poisson(10);
    });
    for (let s = 0; s < counts.length; s++) {
      if (random.next() < restartsPerWeek / (7 * DAY)) this.#down[s] = 1 + Math.floor(2 * random.next());
      else if (this.#down[s] > 0 && --this.#down[s] === 0) counts[s] += 12;
      if (this.#down[s] > 0) counts[s] = 0;
    }
    return counts;
  }

  /** Each request has a few records, more or less. */
  #records(service: number, requests: number): number {
    let records = 0;
    for (let left = requests; left > 0; left--)
      records += Math.max(1, Math.round(this.#lines[service] * (0.5 + this.#random.next())));
    return records;
  }
}

const back = (share: number, own: number, jobEveryMinutes: number) => ({ share, own, jobEveryMinutes });

/** Detectors may be tried on these; tests judge on the others, which nothing may be tuned to. */
export const DEVELOPMENT_COUPLINGS: readonly Coupling[] = [
  {
    ...{ name: 'shop', rate: 20, daily: 0.9, weekend: 0.6, swing: 0.25, swingMinutes: 8, restartsPerWeek: 1 },
    bursts: { perDay: 2, factor: 3, minutes: 4 },
    behind: [back(0.9, 0.1, 5), back(0.5, 0.2, 60), back(0.3, 0.5, 60), back(0.1, 1, 10)],
  },
  {
    ...{ name: 'office', rate: 12, daily: 2.2, weekend: 0.05, swing: 0.4, swingMinutes: 5, restartsPerWeek: 1 },
    bursts: { perDay: 1, factor: 4, minutes: 3 },
    behind: [back(1, 0.1, 15), back(0.6, 0.1, 60)],
  },
  {
    ...{ name: 'api', rate: 60, daily: 0.2, weekend: 1, swing: 0.1, swingMinutes: 20, restartsPerWeek: 0.5 },
    bursts: { perDay: 0.5, factor: 2, minutes: 10 },
    behind: [back(0.8, 0.3, 1), back(0.8, 0.02, 60), back(0.4, 0.1, 30), back(0.2, 0.1, 60), back(0.2, 1, 60)],
  },
];

export const JUDGING_COUPLINGS: readonly Coupling[] = [
  {
    ...{ name: 'tickets', rate: 30, daily: 1.1, weekend: 1.4, swing: 0.3, swingMinutes: 6, restartsPerWeek: 1 },
    bursts: { perDay: 3, factor: 4, minutes: 3 },
    behind: [back(0.8, 0.1, 10), back(0.6, 0.1, 60), back(0.3, 0.8, 30)],
  },
  {
    ...{ name: 'gateway', rate: 45, daily: 0.5, weekend: 0.8, swing: 0.15, swingMinutes: 15, restartsPerWeek: 0.7 },
    bursts: { perDay: 1, factor: 2.5, minutes: 6 },
    behind: [back(0.9, 0.05, 1), back(0.6, 0.2, 60), back(0.25, 0.2, 20), back(0.15, 1, 60)],
  },
  {
    ...{ name: 'back office', rate: 10, daily: 1.8, weekend: 0.1, swing: 0.5, swingMinutes: 4, restartsPerWeek: 1 },
    bursts: { perDay: 2, factor: 3, minutes: 8 },
    behind: [back(0.9, 0.1, 10), back(0.7, 0.2, 240)],
  },
];
