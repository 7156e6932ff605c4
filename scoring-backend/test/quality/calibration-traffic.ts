/** Simulated log traffic with a seed, and a feed that puts it into an engine. */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { Engine } from '../../src/engine/engine.ts';
import type { EngineOutputs } from '../../src/engine/outputs.ts';
import { RecordBatch } from '../../src/engine/record-batch.ts';
import { engineSettings } from '../../src/engine/settings.ts';
import type { CreateTemplateMiner } from '../../src/templates/template-miner.ts';
import { createMessageMiner } from './calibration-miner.ts';

/** Numbers in [0, 1) (mulberry32), and what is made of them. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  exponential(): number {
    return -Math.log1p(-this.next());
  }

  normal(): number {
    return Math.sqrt(2 * this.exponential()) * Math.cos(2 * Math.PI * this.next());
  }

  poisson(mean: number): number {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    let count = 0;
    for (let left = mean - this.exponential(); left > 0; left -= this.exponential()) count++;
    return count;
  }

  /** A multiplier of mean 1 and this squared spread, Gamma distributed (Marsaglia and Tsang 2000). */
  gamma(spread: number): number {
    const shape = 1 / spread;
    const boosted = shape < 1 ? shape + 1 : shape;
    const d = boosted - 1 / 3;
    for (;;) {
      const x = this.normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v <= 0 || Math.log(1 - this.next()) > 0.5 * x * x + d - d * v + d * Math.log(v)) continue;
      return (d * v * (shape < 1 ? this.next() ** (1 / shape) : 1)) / shape;
    }
  }
}

/** Puts records into one stream of an engine, in batches. */
export class Feed {
  readonly engine: Engine;
  readonly stream: number;
  /** Called with each batch's verdicts. */
  onVerdicts: (verdicts: VerdictBatch) => void = () => undefined;
  readonly #batch = new RecordBatch();
  readonly #batchSize: number;
  #messages = new Uint8Array(1 << 16);
  #used = 0;
  readonly #ranges = new Map<string, number>();

  constructor(engine: Engine = newEngine(), service = 'shop', batchSize = 1000) {
    this.engine = engine;
    this.stream = engine.stream({ tenant: '', namespace: '', service, environment: '' });
    this.#batchSize = batchSize;
    this.#batch.grow(batchSize);
    this.#batch.templateStart.fill(-1);
    this.#batch.traceStart.fill(-1);
  }

  add(timeMs: number, message: string, severity = 9): void {
    const start = this.#ranges.get(message) ?? this.#write(message);
    const batch = this.#batch;
    const i = batch.records++;
    batch.stream[i] = this.stream;
    batch.timeMs[i] = Math.floor(timeMs);
    batch.severity[i] = severity;
    batch.messageStart[i] = batch.lineStart[i] = start;
    batch.messageEnd[i] = batch.lineEnd[i] = start + message.length;
    if (batch.records === this.#batchSize) this.flush();
  }

  flush(learn = true): void {
    const batch = this.#batch;
    if (batch.records === 0) return;
    batch.bytes = this.#messages;
    const verdicts = VerdictBatch.create(batch.records);
    this.engine.score(batch, verdicts, { learn });
    this.onVerdicts(verdicts);
    batch.records = 0;
  }

  tick(timeMs: number): void {
    this.flush();
    this.engine.tick(timeMs);
  }

  take(): EngineOutputs {
    this.flush();
    return this.engine.takeOutputs();
  }

  #write(message: string): number {
    const bytes = Buffer.from(message);
    if (this.#used + bytes.length > this.#messages.length) {
      const longer = new Uint8Array(this.#messages.length * 2);
      longer.set(this.#messages);
      this.#messages = longer;
    }
    this.#messages.set(bytes, this.#used);
    this.#ranges.set(message, this.#used);
    this.#used += bytes.length;
    return this.#used - bytes.length;
  }
}

export function newEngine(createMiner: CreateTemplateMiner = createMessageMiner): Engine {
  return new Engine(engineSettings(), createMiner);
}

/** A kind of fault-free traffic. */
export interface Shape {
  readonly name: string;
  /** Records per second, on average. */
  readonly rate: number;
  /** Squared spread of the rate from one half minute to the next; 0 is Poisson. */
  readonly burst: number;
  /** Amplitude of the day's wave, 0 to 1. */
  readonly daily: number;
  /** Templates, with shares falling as 1/rank. */
  readonly templates: number;
  /** Chance that a record is of a template never seen before. */
  readonly novelty: number;
  /** Chance that a record is an error. */
  readonly errors: number;
  /** Jobs that multiply the rate: how often they begin by chance, and for how long they run on average. */
  readonly jobs?: { readonly perDay: number; readonly minutes: number; readonly factor: number };
  /** A timer: so many records (Poisson) within some seconds at the start of every hour, of a template of their own. */
  readonly hourly?: { readonly records: number; readonly seconds: number };
}

export const SHAPES: readonly Shape[] = [
  { name: 'poisson', rate: 1, burst: 0, daily: 0, templates: 20, novelty: 0, errors: 0.01 },
  { name: 'bursty', rate: 1, burst: 0.5, daily: 0, templates: 20, novelty: 0, errors: 0.01 },
  { name: 'daily', rate: 1, burst: 0.02, daily: 0.3, templates: 50, novelty: 0, errors: 0.002 },
  { name: 'long tail', rate: 1, burst: 0.1, daily: 0, templates: 500, novelty: 0.0005, errors: 0.01 },
  { name: 'sparse', rate: 0.02, burst: 0, daily: 0, templates: 10, novelty: 0.001, errors: 0.05 },
];

/** Kinds of traffic that real services show and the ones above do not, with changes of state. Nothing is fitted to them. */
export const UNSEEN_SHAPES: readonly Shape[] = [
  {
    ...{ name: 'jobs', rate: 0.2, burst: 0.2, daily: 0, templates: 30, novelty: 0, errors: 0.005 },
    jobs: { perDay: 8, minutes: 10, factor: 15 },
  },
  {
    ...{ name: 'hourly', rate: 0.01, burst: 0.1, daily: 0, templates: 12, novelty: 0.0002, errors: 0.01 },
    hourly: { records: 40, seconds: 50 },
  },
  { name: 'day and night', rate: 0.3, burst: 0.1, daily: 0.95, templates: 40, novelty: 0.0002, errors: 0.005 },
];

/** Feeds `days` of a shape, from a day on. */
export function simulate(feed: Feed, shape: Shape, days: number, random: Random, fromDay = 0): void {
  const ladder = new Float64Array(shape.templates);
  let sum = 0;
  for (let i = 0; i < ladder.length; i++) ladder[i] = sum += 1 / (i + 1);
  const names = Array.from(ladder, (_, i) => `template ${i}`);
  let fresh = 0;
  const first = START + fromDay * DAY;
  let jobUntil = 0;
  for (let at = first; at < first + days * DAY; at += STEP) {
    const wave = 1 + shape.daily * Math.sin((2 * Math.PI * at) / DAY);
    const level = shape.burst === 0 ? 1 : random.gamma(shape.burst);
    const { jobs, hourly } = shape;
    if (jobs !== undefined && at >= jobUntil && random.next() < (jobs.perDay * STEP) / DAY)
      jobUntil = at + random.exponential() * jobs.minutes * 60_000;
    const work = jobs !== undefined && at < jobUntil ? jobs.factor : 1;
    const count = random.poisson((shape.rate * STEP * wave * level * work) / 1000);
    const times = Float64Array.from({ length: count }, () => at + random.next() * STEP).sort();
    if (hourly !== undefined) {
      const since = at % HOUR;
      const share = Math.max(0, Math.min(since + STEP, hourly.seconds * 1000) - since) / (hourly.seconds * 1000);
      for (let left = random.poisson(hourly.records * share); left > 0; left--) feed.add(at, 'hourly');
    }
    for (const timeMs of times) {
      const severity = random.next() < shape.errors ? 17 : 9;
      if (random.next() < shape.novelty) feed.add(timeMs, `fresh ${fresh++}`, severity);
      else feed.add(timeMs, names[pick(ladder, random.next() * sum)], severity);
    }
  }
  feed.flush();
}

function pick(ladder: Float64Array, at: number): number {
  let low = 0;
  let high = ladder.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ladder[middle] > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

export const START = 1_760_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const STEP = 30_000;

/** What can go wrong in the demo-like shop. */
export type Fault = 'error burst' | 'new template floods' | 'cron stops' | 'silence' | 'rate × 10';

/**
 * A young service under load: 20 to 50 records/s that swing by half, a start-up, jobs every 10 s and 30 s, rare lines;
 * from `faultAtMs` after its start on with a fault.
 */
export function simulateShop(feed: Feed, minutes: number, random: Random, fault?: Fault, faultAtMs = 150_000): void {
  const base = 20 + 30 * random.next();
  const phase = random.next();
  const errors = random.next() * 0.01;
  const names = Array.from({ length: 30 }, (_, i) => `handler ${i} did its work`);
  const first = START + Math.floor(random.next() * 30_000);
  let level = 1;
  for (let i = 0; i < 15; i++) feed.add(first + i * 20, `start-up step ${i}`);
  for (let second = 1; second < minutes * 60; second++) {
    const at = first + second * 1000;
    const odd = fault !== undefined && second * 1000 >= faultAtMs;
    // The load swings within ±50 %, slowly and by chance, and ramps up at first.
    level = Math.min(1.5, Math.max(0.5, level + 0.05 * random.normal()));
    const swing = level * (1 + 0.2 * Math.sin(2 * Math.PI * (second / 300 + phase))) * Math.min(1, second / 20);
    let count = random.poisson(base * swing);
    if (odd && fault === 'rate × 10') count *= 10;
    if (odd && fault === 'silence') count = 0;
    const times = Float64Array.from({ length: count }, () => at + random.next() * 1000).sort();
    for (const timeMs of times) {
      if (odd && fault === 'error burst' && random.next() < 0.3) feed.add(timeMs, names[0], 17);
      else if (odd && fault === 'new template floods' && random.next() < 0.3) feed.add(timeMs, 'payment timed out', 17);
      else feed.add(timeMs, names[Math.floor(30 * random.next() ** 3)], random.next() < errors ? 17 : 9);
    }
    const silent = odd && fault === 'silence';
    if (second % 10 === 0 && !silent && !(odd && fault === 'cron stops')) feed.add(at + 1000, 'queue swept');
    if (second % 30 === 0 && !silent) feed.add(at + 1000, 'metrics written');
    if (random.next() < 1 / 90 && !silent) feed.add(at + 1000, `rare event ${Math.floor(5 * random.next())}`);
    feed.tick(at + 1000);
  }
}
