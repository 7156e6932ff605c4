/**
 * Windows of a made-up service, to see whether detectors separate odd ones: requests with a rhythm and bursts, each of which
 * leaves several messages, users, addresses and durations. Faults change how things belong together, some of them without
 * any single figure leaving its usual range.
 */
import { SeededRandom } from '../../src/detectors/random.ts';
import { TemplateVectors } from '../../src/windows/log-vector.ts';
import { WindowCounts } from '../../src/windows/window-counts.ts';

export const WINDOW_FAULTS = ['mix', 'broken pair', 'slow', 'errors', 'many users', 'one address', 'order'] as const;
export type WindowFault = (typeof WINDOW_FAULTS)[number];

const SIZE_MS = 60_000;
const TEMPLATES = 30;
const WORDS =
  'request response cache miss order cart payment worker queue lease timer user login page index flush'.split(' ');

export class SimulatedWindows {
  readonly #random: SeededRandom;
  readonly #vectors = new TemplateVectors();
  readonly #window = new WindowCounts({ bornMs: new Float64Array(64).fill(-1) });
  #number = 0;
  #load = 1;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    for (let t = 0; t < TEMPLATES; t++) {
      const text = [t, t * 7 + 3, t * 13 + 5].map((n) => WORDS[n % WORDS.length]).join(' ');
      this.#vectors.born(t, `${text} number${String.fromCharCode(97 + (t % 26))}`);
    }
  }

  /** The next window, valid until the one after it; a normal one without a fault. */
  next(fault?: WindowFault): WindowCounts {
    const random = this.#random;
    const window = this.#window;
    const startMs = this.#number++ * SIZE_MS;
    window.open(startMs, SIZE_MS);
    // A day's rhythm, and a load that wanders.
    this.#load = Math.exp(0.9 * Math.log(this.#load) + 0.15 * random.normal());
    const rhythm = 1 + 0.6 * Math.sin((2 * Math.PI * startMs) / 86_400_000);
    const requests = this.#poisson(120 * rhythm * this.#load);
    for (let r = 0; r < requests; r++) this.#request(window, fault);
    for (let t = 20; t < TEMPLATES; t++) for (let n = this.#poisson(2 / (t - 19)); n > 0; n--) window.add(t, 0, 80, 1);
    window.seal(TEMPLATES);
    window.embed(this.#vectors);
    return window;
  }

  #request(window: WindowCounts, fault: WindowFault | undefined): void {
    const random = this.#random;
    const kind = Math.floor(4 * random.next() ** 2);
    const other = fault === 'mix' ? (kind + 2) % 4 : kind;
    const surprise = fault === 'order' ? 1.6 : 0.7;
    window.add(other * 4, 0, 120, surprise * (0.8 + 0.4 * random.next()));
    window.add(other * 4 + 1, 0, 90, surprise);
    if (fault !== 'broken pair' || random.next() < 0.3) window.add(other * 4 + 2, 0, 100, 0.4);
    if (random.next() < (fault === 'errors' ? 0.08 : 0.01)) window.add(16 + kind, 1, 200, 2);
    window.values.addDuration(20 * Math.exp(0.5 * random.normal()) * (fault === 'slow' ? 2.5 : 1));
    window.values.addUser(this.#hash(fault === 'many users' ? random.below(100_000) : random.below(40)));
    const address = fault === 'one address' && random.next() < 0.7 ? 0 : random.below(60);
    window.values.addAddress(this.#hash(address));
  }

  #hash(value: number): number {
    let h = Math.imul(value + 1, 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
    return h ^ (h >>> 13);
  }

  /** By the normal distribution where it is large (Knuth's way below). */
  #poisson(mean: number): number {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.#random.normal()));
    const limit = Math.exp(-mean);
    let n = 0;
    for (let product = this.#random.next(); product > limit; product *= this.#random.next()) n++;
    return n;
  }
}
