/** A made-up service: what its requests, jobs, queue and start say. Drawn from a seed; what a release changes is drawn again. */
import type { Random } from '../quality/calibration-traffic.ts';
import type { MessagePool } from './message-pool.ts';
import type { Shape } from './shapes.ts';
import { address, id, ordinary, pick, remark, USERS, type Wording } from './wording.ts';

const WARN = 13;
const ERROR = 17;
/** Messages kept per kind and scale: values are drawn from as many. */
const VARIANTS = 48;
/** Scales are rounded to a quarter of an octave. */
const STEPS_PER_OCTAVE = 4;

/** A kind of message with ready-made messages. */
export class Speech {
  readonly severity: number;
  readonly #wording: Wording;
  readonly #pool: MessagePool;
  readonly #variants = new Map<number, number[]>();

  constructor(wording: Wording, pool: MessagePool) {
    this.severity = wording.severity;
    this.#wording = wording;
    this.#pool = pool;
  }

  /** One of its messages, as index into the pool. */
  message(random: Random, scale: number): number {
    const step = scale === 1 ? 0 : Math.round(Math.log2(scale) * STEPS_PER_OCTAVE);
    let variants = this.#variants.get(step);
    if (variants === undefined) this.#variants.set(step, (variants = []));
    const at = Math.floor(random.next() * VARIANTS);
    if (at < variants.length) return variants[at];
    const message = this.#pool.add(this.#wording.text(random, 2 ** (step / STEPS_PER_OCTAVE)));
    variants.push(message);
    return message;
  }
}

export interface Flow {
  readonly weight: number;
  /** What a request says, in order, and the mean time in ms before each. */
  steps: { speech: Speech; lagMs: number }[];
  /** What it says instead of its last step when it fails. */
  readonly failure: Speech;
}

export interface Job {
  readonly everyMs: number;
  readonly lines: number;
  readonly begin: Speech;
  readonly work: Speech;
  readonly end: Speech;
}

export class Service {
  readonly shape: Shape;
  readonly flows: Flow[];
  readonly background: Speech[];
  readonly jobs: Job[];
  readonly startUp: Speech[];
  readonly queued: Speech;
  readonly worked: Speech;
  readonly depth: Speech;
  readonly timedOut: Speech;
  readonly loggedIn: Speech;
  readonly loginFailed: Speech;
  readonly searched: Speech;
  readonly #pool: MessagePool;

  constructor(shape: Shape, random: Random, pool: MessagePool) {
    this.shape = shape;
    this.#pool = pool;
    const some = (most: number, least: number): number => least + Math.floor(random.next() * (most - least + 1));
    const list = <T>(length: number, make: () => T): T[] => Array.from({ length }, make);
    this.flows = list(some(6, 4), () => ({
      weight: 0.2 + random.next(),
      steps: list(some(6, 3), () => this.#step(random)),
      failure: this.say(ordinary(random, shape.style, ERROR)),
    }));
    this.background = list(some(6, 3), () => this.say(remark(random)));
    this.jobs = shape.jobs.map(({ everySeconds, lines }) => ({
      ...{ everyMs: everySeconds * 1000, lines },
      ...{
        begin: this.say(remark(random)),
        work: this.say(ordinary(random, shape.style)),
        end: this.say(remark(random)),
      },
    }));
    this.startUp = list(some(14, 6), () => this.say(remark(random)));
    const queue = pick(random, ['mail', 'invoice', 'render', 'import', 'payout']);
    this.queued = this.say({ severity: 9, text: (r) => `Queued ${queue} job ${id(r)}` });
    this.worked = this.say({
      severity: 9,
      text: (r, scale) => `${queue} job ${id(r)} done in ${Math.round(80 * scale * Math.exp(0.4 * r.normal()))} ms`,
    });
    this.depth = this.say({
      severity: 9,
      text: (r, scale) => `${queue} queue has ${Math.round(3 * scale * Math.exp(0.3 * r.normal()))} jobs waiting`,
    });
    this.timedOut = this.say({
      severity: WARN,
      text: (r) => `Request ${id(r)} gave up waiting for ${queue} after 5000 ms`,
    });
    this.loggedIn = this.say({
      severity: 9,
      text: (r) => `Accepted password for ${pick(r, USERS)} from ${address(r)}`,
    });
    this.loginFailed = this.say({
      severity: WARN,
      text: (r) => `Failed password for ${pick(r, USERS)} from ${address(r)}`,
    });
    this.searched = this.say({
      severity: 9,
      text: (r, scale) =>
        `${address(r)} "GET /search?q=${pick(r, USERS)}+${id(r)} HTTP/1.1" 200 ${Math.round(30 * scale * Math.exp(0.4 * r.normal()))}ms`,
    });
  }

  say(wording: Wording): Speech {
    return new Speech(wording, this.#pool);
  }

  /** A release: some steps are worded anew, some are added. */
  release(random: Random): void {
    for (const flow of this.flows) {
      flow.steps = flow.steps.map((step) => (random.next() < 0.12 ? this.#step(random) : step));
      if (random.next() < 0.15) flow.steps = [...flow.steps.slice(0, 1), this.#step(random), ...flow.steps.slice(1)];
    }
  }

  #step(random: Random): Flow['steps'][number] {
    return { speech: this.say(ordinary(random, this.shape.style)), lagMs: 5 + 200 * random.next() ** 2 };
  }
}
