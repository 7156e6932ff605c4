/** Lines of several files numbered through, and back. */
import type { LinePlace } from './scan-result.ts';

export class ScanLines {
  readonly #files: { readonly file: string; readonly timed: boolean; readonly before: number }[] = [];
  #count = 0;

  /** Lines so far, over all files. */
  get count(): number {
    return this.#count;
  }

  /** The lines that follow are of this file; `-` is standard input. */
  begin(file: string, timed: boolean): void {
    this.#files.push({ file: file === '-' ? 'standard input' : file, timed, before: this.#count });
  }

  add(lines: number): void {
    this.#count += lines;
  }

  /** File and line of a line numbered through, from 1; `undefined` for 0. */
  place(line: number): LinePlace | undefined {
    if (line < 1) return undefined;
    const found = this.#files.findLast(({ before }) => before < line);
    return found === undefined ? undefined : { file: found.file, timed: found.timed, line: line - found.before };
  }
}
