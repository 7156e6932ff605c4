/**
 * The long tail: kinds of lines that turn up now and then for ever, ever new ones among them. A Pitman–Yor process
 * (Pitman and Yor 1997): after n lines of k kinds the next is of a new kind with chance (θ + d·k)/(θ + n).
 */
import type { Random } from '../quality/calibration-traffic.ts';
import type { Service, Speech } from './service.ts';
import { remark } from './wording.ts';

const DISCOUNT = 0.5;
const CONCENTRATION = 10;

export class RareLines {
  readonly #service: Service;
  readonly #kinds: Speech[];
  /** Kind of each line so far: one drawn from it comes with its count as weight. */
  readonly #history: number[];

  /** @param from what it goes on from */
  constructor(service: Service, from?: RareLines) {
    this.#service = service;
    this.#kinds = from === undefined ? [] : [...from.#kinds];
    this.#history = from === undefined ? [] : [...from.#history];
  }

  next(random: Random): Speech {
    const lines = this.#history.length;
    const fresh = (CONCENTRATION + DISCOUNT * this.#kinds.length) / (CONCENTRATION + lines);
    let kind = this.#kinds.length;
    if (random.next() < fresh) this.#kinds.push(this.#service.say(remark(random, random.next() < 0.1 ? 13 : 9)));
    else kind = this.#history[Math.floor(random.next() * lines)];
    this.#history.push(kind);
    return this.#kinds[kind];
  }
}
