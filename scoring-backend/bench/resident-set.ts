/** The largest resident set of a process while it is watched; from /proc, so Linux only. */
import { readFileSync } from 'node:fs';

const LOOK_MS = 100;

export class ResidentSet {
  #most = 0;
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** Watches no longer. @returns bytes */
  end(): number {
    this.#look();
    clearInterval(this.#timer);
    return this.#most;
  }

  #look(): void {
    const status = readFileSync(`/proc/${this.#pid}/status`, 'latin1');
    this.#most = Math.max(this.#most, Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024);
  }
}
