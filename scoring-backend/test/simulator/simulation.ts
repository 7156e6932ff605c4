/**
 * The simulator: the records of one service over weeks of event time, with the rhythm of day and week, bursts, releases,
 * jobs, a long tail of rare lines, and a fault when asked for. Seeded: the same shape and seed give the same records.
 */
import { Random } from '../quality/calibration-traffic.ts';
import { type Conduct, HEALTHY, stackTrace } from './faults.ts';
import type { Feed } from './feed.ts';
import { RareLines } from './rare-lines.ts';
import { Service, type Flow, type Speech } from './service.ts';
import type { Shape } from './shapes.ts';

/** A Monday, 0:00 UTC. */
export const START = Date.UTC(2025, 9, 6);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const WEEK = 7 * DAY;
const STEP = 10_000;
/** Events of one step that are told apart in a sort key. */
const MOST_EVENTS = 1 << 16;

export class Simulation {
  readonly #shape: Shape;
  readonly #service: Service;
  readonly #random: Random;
  readonly #feed: Feed;
  readonly #rare: RareLines;
  /** A fork shares its service with others: none of them may change it. */
  readonly #releases: boolean;
  #nowMs: number;
  #request: number;
  #level: number;
  #burstUntil = 0;
  #downUntil = 0;
  /** The day's part of the wave that one service has for itself. */
  readonly #peakHour: number;
  #times: number[] = [];
  #messages: number[] = [];
  #severities: number[] = [];
  #requests: number[] = [];
  #conduct: Conduct = HEALTHY;
  #faultSince = 0;

  constructor(shape: Shape, seed: number, feed: Feed, from?: Simulation) {
    this.#shape = shape;
    this.#feed = feed;
    this.#random = new Random(seed);
    this.#service = from === undefined ? new Service(shape, this.#random, feed.pool) : from.#service;
    this.#rare = new RareLines(this.#service, from === undefined ? undefined : from.#rare);
    this.#peakHour = from === undefined ? 10 + 8 * this.#random.next() : from.#peakHour;
    this.#nowMs = from === undefined ? START : from.#nowMs;
    this.#request = from === undefined ? (seed & 0xfff) << 16 : from.#request;
    this.#level = from === undefined ? 0 : from.#level;
    this.#releases = from === undefined;
    if (from === undefined) this.#start(START);
  }

  /** Goes on as this one, with other chances and without releases, into another feed that shares the pool. */
  fork(seed: number, feed: Feed): Simulation {
    return new Simulation(this.#shape, seed, feed, this);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs until `untilMs`, which is a multiple of 10 s from the start; calls `stepped` after every step. */
  run(untilMs: number, conduct: Conduct = HEALTHY, stepped: () => void = () => undefined): void {
    this.#conduct = conduct;
    this.#faultSince = this.#nowMs;
    while (this.#nowMs < untilMs) {
      this.#step(this.#nowMs);
      this.#nowMs += STEP;
      this.#emit(this.#nowMs);
      this.#feed.tick(this.#nowMs);
      stepped();
    }
  }

  #step(at: number): void {
    const random = this.#random;
    const { releasesPerWeek, rarePerHour } = this.#shape;
    if (this.#releases && at >= this.#downUntil && random.next() < (releasesPerWeek * STEP) / WEEK) this.release();
    const up = at >= this.#downUntil;
    const rate = up ? this.#rate(at) * this.#conduct.traffic : 0;
    for (let left = random.poisson((rate * STEP) / 1000); left > 0; left--) this.#serve(at + random.next() * STEP);
    if (up) this.#work(at);
    for (let left = random.poisson((rarePerHour * STEP) / HOUR); left > 0; left--)
      this.#say(at + random.next() * STEP, this.#rare.next(random), 1, 0);
  }

  /** A release, now: down for a moment, then a start, and some flows go another way. */
  release(): void {
    this.#downUntil = this.#nowMs + 20_000 + 40_000 * this.#random.next();
    this.#service.release(this.#random);
    this.#start(this.#downUntil);
  }

  /** Requests per second now. */
  #rate(at: number): number {
    const { rate, daily, weekend, swing, swingMinutes, bursts } = this.#shape;
    const random = this.#random;
    const hour = (at % DAY) / HOUR;
    const wave = Math.exp(daily * Math.cos((2 * Math.PI * (hour - this.#peakHour)) / 24) - (daily * daily) / 4);
    const isWeekend = Math.floor((at - START) / DAY) % 7 >= 5;
    const keep = Math.exp(-STEP / (60_000 * swingMinutes));
    this.#level = keep * this.#level + Math.sqrt(1 - keep * keep) * swing * random.normal();
    if (at >= this.#burstUntil && random.next() < (bursts.perDay * STEP) / DAY)
      this.#burstUntil = at + bursts.minutes * 60_000 * random.exponential();
    const burst = at < this.#burstUntil ? bursts.factor : 1;
    return rate * wave * (isWeekend ? weekend : 1) * Math.exp(this.#level - (swing * swing) / 2) * burst;
  }

  #serve(at: number): void {
    const random = this.#random;
    const service = this.#service;
    const conduct = this.#conduct;
    const slowness = conduct.slowness(at - this.#faultSince);
    const request = ++this.#request;
    const kind = random.next();
    if (kind < 0.06) {
      if (random.next() < 0.04) this.#say(at - 3_000 * random.next(), service.loginFailed, 1, 0);
      this.#say(at, service.loggedIn, 1, request);
      return;
    }
    if (kind < 0.12) {
      this.#say(at, service.searched, slowness, request);
      return;
    }
    const flow = this.#flow();
    const failing = random.next() < this.#shape.errors + conduct.failing;
    const hanging = random.next() < this.#shape.errors / 10 + conduct.hanging;
    let steps = flow.steps;
    if (random.next() < conduct.shuffled) steps = steps.toReversed();
    let time = at;
    steps.forEach((step, i) => {
      time += step.lagMs * slowness * random.exponential();
      if (i < steps.length - 1) this.#say(time, step.speech, slowness, request);
      else if (hanging) this.#say(time + 5_000, service.timedOut, 1, request);
      else this.#say(time, failing ? flow.failure : step.speech, slowness, request);
    });
    if (random.next() < conduct.traces)
      for (const line of stackTrace(random)) this.#put(time, this.#feed.pool.add(line), 17, request);
    if (flow !== service.flows[0] || failing || hanging) return;
    this.#say(time + 1, service.queued, 1, request);
    if (conduct.queue) this.#say(time + 500 + 1_500 * random.exponential(), service.worked, slowness, 0);
  }

  /** What comes whether requests do or not. */
  #work(at: number): void {
    const random = this.#random;
    const service = this.#service;
    const conduct = this.#conduct;
    service.background.forEach((speech, i) => {
      if (random.next() < STEP / (60_000 * (i + 1) * 2)) this.#say(at + random.next() * STEP, speech, 1, 0);
    });
    if (at % 60_000 === 0) {
      const jobs = conduct.queue ? 1 : 1 + (at - this.#faultSince) / 60_000;
      this.#say(at + 200 * random.next(), service.depth, jobs, 0);
    }
    service.jobs.forEach((job, i) => {
      // Each job has its own minute of the hour.
      if ((at + i * 130_000) % job.everyMs >= STEP || (!conduct.job && i === 0)) return;
      let time = at + 1_000 * random.next();
      this.#say(time, job.begin, 1, 0);
      for (let left = random.poisson(job.lines - 1); left > 0; left--)
        this.#say((time += 50 + 300 * random.exponential()), job.work, 1, 0);
      this.#say(time + 100, job.end, 1, 0);
    });
    const { extra } = conduct;
    if (extra === undefined) return;
    for (let left = random.poisson((extra.perSecond * STEP) / 1000); left > 0; left--) {
      const { severity, text } = extra.wording(random);
      this.#put(at + random.next() * STEP, this.#feed.pool.add(text(random, 1)), severity, 0);
    }
  }

  #start(at: number): void {
    let time = at;
    for (const speech of this.#service.startUp) this.#say((time += 300 * this.#random.exponential()), speech, 1, 0);
  }

  #flow(): Flow {
    const { flows } = this.#service;
    let at = this.#random.next() * flows.reduce((sum, flow) => sum + flow.weight, 0);
    for (const flow of flows) if ((at -= flow.weight) < 0) return flow;
    return flows[0];
  }

  #say(timeMs: number, speech: Speech, scale: number, request: number): void {
    this.#put(timeMs, speech.message(this.#random, scale), speech.severity, request);
  }

  #put(timeMs: number, message: number, severity: number, request: number): void {
    this.#times.push(Math.floor(timeMs));
    this.#messages.push(message);
    this.#severities.push(severity);
    this.#requests.push(request);
  }

  /** Feeds what happened before `untilMs`, in order of time; the rest waits. */
  #emit(untilMs: number): void {
    const [times, messages, severities, requests] = [this.#times, this.#messages, this.#severities, this.#requests];
    if (times.length === 0) return;
    if (times.length > MOST_EVENTS) throw new RangeError(`the simulator makes at most ${MOST_EVENTS} records in 10 s`);
    const firstMs = times.reduce((least, time) => Math.min(least, time), Infinity);
    const keys = Float64Array.from(times, (time, i) => (time - firstMs) * MOST_EVENTS + i).sort();
    [this.#times, this.#messages, this.#severities, this.#requests] = [[], [], [], []];
    for (const key of keys) {
      const i = key % MOST_EVENTS;
      if (times[i] < untilMs) this.#feed.add(times[i], messages[i], severities[i], requests[i]);
      else {
        this.#times.push(times[i]);
        this.#messages.push(messages[i]);
        this.#severities.push(severities[i]);
        this.#requests.push(requests[i]);
      }
    }
  }
}
