/** A file that is read at start and again whenever it changes; while a new version is broken, the old one stays in force. */
import { readFileSync, statSync } from 'node:fs';
import type { Logger } from '../telemetry.ts';

export class WatchedFile<T> {
  readonly #path: string;
  readonly #read: (content: Buffer) => T;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #version: string;
  #value: T;

  /** @throws Error when the file cannot be read, or `read` does when it refuses the content. */
  constructor(path: string, everyMs: number, read: (content: Buffer) => T, log: Logger) {
    this.#path = path;
    this.#read = read;
    this.#log = log;
    this.#version = versionOf(path);
    this.#value = read(readFileSync(path));
    this.#timer = setInterval(() => this.#look(), everyMs).unref();
  }

  get value(): T {
    return this.#value;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    try {
      const version = versionOf(this.#path);
      if (version === this.#version) return;
      // Once per version, also when it is broken.
      this.#version = version;
      this.#value = this.#read(readFileSync(this.#path));
      this.#log.info({ event: 'file.reloaded', file: this.#path }, 'a changed file is in force');
    } catch (error) {
      this.#log.warn(
        { event: 'file.broken', file: this.#path, err: error },
        'a file cannot be read; what was there stays',
      );
    }
  }
}

function versionOf(path: string): string {
  const { mtimeMs, size, ino } = statSync(path);
  return `${mtimeMs} ${size} ${ino}`;
}
