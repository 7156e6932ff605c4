/**
 * How long sessions of raw lines pause after a kind of line. A log that is given as a file ends somewhere, and sessions
 * that would have gone on look as if they had stopped: the deletion of a file comes hours after its writing. Whether one
 * has ended is a question of censored waiting times (Kaplan and Meier 1958): how likely is it that a session goes on after
 * a pause as long as the silence between its last line and the end of the log?
 */

export class Pauses {
  /** By kind of line, how many pauses after it fell into each step. */
  readonly #steps = new Map<number, Float64Array>();
  readonly #all = new Float64Array(STEPS);

  /** A session went on so many ms after a line of this kind. */
  add(kind: number, pauseMs: number): void {
    let steps = this.#steps.get(kind);
    if (steps === undefined) this.#steps.set(kind, (steps = new Float64Array(STEPS)));
    const step = stepOf(pauseMs);
    steps[step]++;
    this.#all[step]++;
  }

  /** May a session still go on after a line of this kind and so many ms of silence? */
  mayGoOn(kind: number, silentMs: number): boolean {
    const step = stepOf(silentMs);
    const usual = share(this.#all, step, 0, 1);
    return share(this.#steps.get(kind) ?? NONE, step, usual, PRIOR_PAUSES) >= TOO_RARE;
  }
}

/** Share of the pauses that lasted as long or longer; `usual` counts for `weight` pauses. */
function share(steps: Float64Array, from: number, usual: number, weight: number): number {
  let all = 0;
  let longer = 0;
  for (let step = 0; step < STEPS; step++) {
    all += steps[step];
    if (step >= from) longer += steps[step];
  }
  return (longer + usual * weight) / (all + weight);
}

/** Eighths of an octave above 1 s. */
function stepOf(ms: number): number {
  return Math.min(STEPS - 1, Math.floor(8 * Math.log2(1 + Math.max(0, ms) / 1_000)));
}

/** Up to a year. */
const STEPS = 200;
const NONE = new Float64Array(STEPS);
const PRIOR_PAUSES = 1;
/** One in a thousand: as rare as what is flagged. */
const TOO_RARE = 1e-3;
