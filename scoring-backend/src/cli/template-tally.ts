/**
 * Counts the lines of each template, from the miner's answers and the changes it reports. A template is an *entry* here,
 * numbered in the order of creation: the miner's own indexes are used again after an eviction.
 */
import { hexId } from '../explain/ids.ts';
import { createTemplateMiner } from '../templates/miner.ts';
import type { TemplateMiner } from '../templates/template-miner.ts';

/** More kinds of messages than any real log has; beyond, the one unused for longest is forgotten. */
export const MAX_TEMPLATES = 10_000;
const MAX_MESSAGE_BYTES = 8_192;
const MAX_EXAMPLE_BYTES = 256;
const LINES_AT_ONCE = 65_536;
/** Stands for the text of templates that were forgotten. */
const FORGOTTEN = '(no longer kept)';

interface Entry {
  /** Its number, which names it for good. */
  readonly number: number;
  /** Its index in the miner; -1 once the miner has forgotten it. */
  index: number;
  readonly example: string;
  count: number;
  firstMs: number;
  lastMs: number;
  readonly firstLine: number;
  lastLine: number;
  /** The entry it was merged into. */
  mergedInto: Entry | undefined;
}

export interface TemplateRow {
  readonly id: string;
  readonly template: string;
  readonly count: number;
  /** Event times in ms since the epoch, NaN where lines have none. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly example: string;
}

export class TemplateTally {
  readonly #miner: TemplateMiner = createTemplateMiner({
    maxTemplates: MAX_TEMPLATES,
    maxMessageBytes: MAX_MESSAGE_BYTES,
  });
  /** Those that are known; of forgotten ones the id alone is kept. */
  readonly #entries: (Entry | undefined)[] = [];
  #idHigh = new Int32Array(1024);
  #idLow = new Int32Array(1024);
  /** Number of the entry that each index of the miner stands for. */
  #entryAt = new Int32Array(1024);
  /** Entry number of each line, when they are kept. */
  #assigned: Int32Array | undefined;
  #lines = 0;
  #forgotten = 0;
  #forgottenLines = 0;

  /** @param keepAssignments keep which line is of which template, at four bytes a line */
  constructor(keepAssignments: boolean) {
    if (keepAssignments) this.#assigned = new Int32Array(LINES_AT_ONCE);
  }

  get lines(): number {
    return this.#lines;
  }

  /** Templates that the miner had to forget; should they come again they are new. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Takes the next line: its message is `bytes[start, end)`, its time may be NaN. */
  add(bytes: Uint8Array, start: number, end: number, timeMs: number): void {
    const line = ++this.#lines;
    const index = this.#miner.mine(bytes, start, end);
    const changes = this.#miner.takeChanges();
    if (changes.length > 0) this.#apply(changes, bytes, start, end, timeMs);
    const number = this.#entryAt[index];
    const entry = this.#known(index);
    entry.count++;
    if (timeMs < entry.firstMs || Number.isNaN(entry.firstMs)) entry.firstMs = timeMs;
    if (timeMs > entry.lastMs || Number.isNaN(entry.lastMs)) entry.lastMs = timeMs;
    entry.lastLine = line;
    if (this.#assigned !== undefined) {
      if (line > this.#assigned.length) this.#assigned = longer(this.#assigned);
      this.#assigned[line - 1] = number;
    }
  }

  /** The templates there are in the end, the most frequent first; those forgotten are one row together. */
  rows(): TemplateRow[] {
    const rows = this.#entries
      .filter((entry) => entry !== undefined)
      .filter((entry) => entry.mergedInto === undefined && entry.count > 0)
      .sort((a, b) => b.count - a.count || a.firstLine - b.firstLine)
      .map((entry) => ({
        ...{ id: this.#id(entry.number), template: this.#text(entry), count: entry.count, example: entry.example },
        ...{ firstMs: entry.firstMs, lastMs: entry.lastMs, firstLine: entry.firstLine, lastLine: entry.lastLine },
      }));
    if (this.#forgotten === 0) return rows;
    const span = { firstMs: NaN, lastMs: NaN, firstLine: 1, lastLine: this.#lines };
    return [...rows, { id: '', template: FORGOTTEN, count: this.#forgottenLines, example: '', ...span }];
  }

  /** For each line in order: the number of its template at arrival. Its names are `named` of that number. */
  assignments(): Int32Array {
    return this.#assigned?.subarray(0, this.#lines) ?? new Int32Array(0);
  }

  /** The id at arrival, and id and text in the end, of an entry by its number. */
  named(number: number): { readonly idAtArrival: string; readonly id: string; readonly text: string } {
    const idAtArrival = this.#id(number);
    const entry = this.#entries[number];
    if (entry === undefined) return { idAtArrival, id: idAtArrival, text: FORGOTTEN };
    const root = rootOf(entry);
    return { idAtArrival, id: this.#id(root.number), text: this.#text(root) };
  }

  #id(number: number): string {
    return hexId(this.#idHigh[number], this.#idLow[number]);
  }

  #text(entry: Entry): string {
    return entry.index < 0 ? FORGOTTEN : this.#miner.text(entry.index);
  }

  #known(index: number): Entry {
    const entry = this.#entries[this.#entryAt[index]];
    if (entry === undefined) throw new Error(`the miner answered with the template ${index}, which it had forgotten`);
    return entry;
  }

  #apply(
    changes: ReturnType<TemplateMiner['takeChanges']>,
    bytes: Uint8Array,
    start: number,
    end: number,
    timeMs: number,
  ): void {
    for (const change of changes) {
      if (change.kind === 'created') {
        while (change.index >= this.#entryAt.length) this.#entryAt = longer(this.#entryAt);
        this.#entryAt[change.index] = this.#entries.length;
        this.#entries.push(this.#born(change.index, bytes, start, end, timeMs));
      } else if (change.kind === 'merged') {
        const from = this.#known(change.from);
        const to = this.#known(change.to);
        from.mergedInto = to;
        to.count += from.count;
        from.count = 0;
        to.firstMs = Math.min(to.firstMs, from.firstMs);
        to.lastMs = Math.max(to.lastMs, from.lastMs);
        to.lastLine = Math.max(to.lastLine, from.lastLine);
      } else this.#forget(this.#known(change.index));
    }
  }

  #forget(entry: Entry): void {
    entry.index = -1;
    // One that was merged lives on in its root: only its place in the miner is needed.
    if (entry.mergedInto !== undefined) return;
    this.#entries[entry.number] = undefined;
    this.#forgotten++;
    this.#forgottenLines += entry.count;
  }

  #born(index: number, bytes: Uint8Array, start: number, end: number, timeMs: number): Entry {
    const number = this.#entries.length;
    if (number >= this.#idHigh.length) {
      this.#idHigh = longer(this.#idHigh);
      this.#idLow = longer(this.#idLow);
    }
    this.#idHigh[number] = this.#miner.idHigh(index);
    this.#idLow[number] = this.#miner.idLow(index);
    return {
      ...{ number, index },
      example: new TextDecoder().decode(bytes.subarray(start, Math.min(end, start + MAX_EXAMPLE_BYTES))),
      count: 0,
      firstMs: timeMs,
      lastMs: timeMs,
      firstLine: this.#lines,
      lastLine: this.#lines,
      mergedInto: undefined,
    };
  }
}

function rootOf(entry: Entry): Entry {
  let root = entry;
  while (root.mergedInto !== undefined) root = root.mergedInto;
  return root;
}

function longer(array: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(array.length * 2);
  grown.set(array);
  return grown;
}
