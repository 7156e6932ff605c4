/**
 * How long sessions of raw lines pause after a kind of line. A log that is given as a file ends somewhere, and sessions
 * that would have gone on look as if they had stopped: the deletion of a file comes hours after its writing. Whether one
 * has ended is a question of censored waiting times (Kaplan and Meier 1958): how likely is it that a session goes on after
 * a pause as long as the silence between its last line and the end of the log?
 */

export class Pauses {
  readonly #kinds = new Map<number, Silences>();
  readonly #all = new Silences();

  /** A session went on so many ms after a line of this kind. */
  add(kind: number, pauseMs: number): void {
    for (const silences of [this.#of(kind), this.#all]) silences.add(stepOf(pauseMs));
  }

  /** The last line of a session is of this kind. */
  end(kind: number): void {
    for (const silences of [this.#of(kind), this.#all]) silences.end();
  }

  /** May a session still go on after a line of this kind and so many ms of silence? */
  mayGoOn(kind: number, silentMs: number): boolean {
    const step = stepOf(silentMs);
    const usual = this.#all.shareOfPauses(step, 0, 0);
    return this.#of(kind).shareOfPauses(step, usual, PRIOR_LINES) >= TOO_RARE;
  }

  #of(kind: number): Silences {
    let silences = this.#kinds.get(kind);
    if (silences === undefined) this.#kinds.set(kind, (silences = new Silences()));
    return silences;
  }
}

/** What came after lines: a pause of so many steps, or the end. */
class Silences {
  readonly #pauses = new Float64Array(STEPS);
  #lines = 0;

  add(step: number): void {
    this.#lines++;
    this.#pauses[step]++;
  }

  end(): void {
    this.#lines++;
  }

  /** Share of the lines with a pause of at least so many steps behind them; `usual` counts for `weight` lines. */
  shareOfPauses(from: number, usual: number, weight: number): number {
    let pauses = usual * weight;
    for (let step = from; step < STEPS; step++) pauses += this.#pauses[step];
    return pauses / Math.max(1, this.#lines + weight);
  }
}

/** Eighths of an octave above 1 s. */
function stepOf(ms: number): number {
  return Math.min(STEPS - 1, Math.floor(8 * Math.log2(1 + Math.max(0, ms) / 1_000)));
}

/** Up to a year. */
const STEPS = 200;
const PRIOR_LINES = 1;
/** One in a thousand: where so many lines have such a pause behind them, an end is no reason to flag a session. */
const TOO_RARE = 1e-3;
