/**
 * Files that may be replaced while the program runs: certificates, tokens, lists. Read once at the start, where a problem
 * is an error, and again whenever they change, where a problem is told and what was there before stays in force.
 *
 * They are looked at from time to time instead of watched: Kubernetes swaps a mounted secret by renaming a link several
 * folders up, which no file watcher sees.
 */
import { readFileSync, statSync } from 'node:fs';

export interface WatchedFilesOptions {
  /** Interval between two looks, ms. */
  readonly intervalMs: number;
  /** Told when files have changed and are in force. */
  readonly onReload: (paths: readonly string[]) => void;
  /** Told, once per change, when new content cannot be used: what was there before stays. */
  readonly onTrouble: (paths: readonly string[], error: unknown) => void;
}

interface Watch {
  readonly paths: readonly string[];
  readonly apply: (contents: readonly Buffer[]) => void;
  stamp: string;
}

export class WatchedFiles {
  readonly #options: WatchedFilesOptions;
  readonly #watches: Watch[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WatchedFilesOptions) {
    this.#options = options;
  }

  /**
   * Reads files that belong together and hands over their contents, now and after each change.
   * @throws Error when one cannot be read now; whatever `apply` throws now
   * @example files.watch([certFile, keyFile], ([cert, key]) => server.setSecureContext({ cert, key }))
   */
  watch(paths: readonly string[], apply: (contents: readonly Buffer[]) => void): void {
    const stamp = stampOf(paths);
    apply(paths.map((path) => readFileSync(path)));
    this.#watches.push({ paths, apply, stamp });
    this.#timer ??= setInterval(() => this.look(), this.#options.intervalMs).unref();
  }

  /** Looks now. */
  look(): void {
    for (const watch of this.#watches) {
      const { paths, apply } = watch;
      try {
        const stamp = stampOf(paths);
        if (stamp === watch.stamp) continue;
        watch.stamp = stamp;
        apply(paths.map((path) => readFileSync(path)));
        this.#options.onReload(paths);
      } catch (error) {
        // Between the two steps of a replacement a file may be gone: that is told once, and tried again.
        if (watch.stamp !== GONE) this.#options.onTrouble(paths, error);
        if (isMissing(error)) watch.stamp = GONE;
      }
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

const GONE = 'gone';

/** Changes whenever one of the files is written or replaced. */
function stampOf(paths: readonly string[]): string {
  return paths
    .map((path) => {
      const { mtimeMs, size, ino } = statSync(path);
      return `${ino}:${size}:${mtimeMs}`;
    })
    .join(' ');
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
