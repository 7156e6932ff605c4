/**
 * The templates of one miner: which are alive, which were merged into which, what they are called. Full, it lets go of
 * the one unused for longest. All that happens is written down as changes.
 */
import { KeyTable } from './key-table.ts';
import type { KnownKey } from './known-key.ts';
import { LeastRecentlyUsed } from './least-recently-used.ts';
import type { StateReader, StateWriter } from './saved-state.ts';
import type { TemplateChange } from './template-miner.ts';
import { FirstMessage } from './template-text.ts';
import { float64Column, grown, int32Column, uint32Column } from '../columns/small-columns.ts';

/** What a template keeps for people and for later comparisons. */
export interface Template {
  readonly message: FirstMessage;
  /** The key it was made of; undefined for a template taken from an upstream processor. */
  readonly key: KnownKey | undefined;
  /** The text, once asked for and until it changes. */
  text: string | undefined;
}

const SMALLEST = 16;
const NONE = -1;
const NO_CHANGES: TemplateChange[] = [];

export class Catalogue {
  readonly maxTemplates: number;
  /** One past the highest index in use. */
  size = 0;
  /** Changes not yet taken. */
  changes: TemplateChange[] = [];
  /** Counts messages; the time of last use. */
  clock = 0;
  /** Columns by index. The root of an index is the template it was merged into, or itself. */
  root = int32Column(SMALLEST);
  lastUsed = float64Column(SMALLEST);
  /** Tells the successive owners of an index apart. */
  generation = uint32Column(SMALLEST);
  idHigh = int32Column(SMALLEST);
  idLow = int32Column(SMALLEST);
  private created = float64Column(SMALLEST);
  /** The templates merged into a root, as a linked list. */
  private firstMerged = int32Column(SMALLEST);
  private nextMerged = int32Column(SMALLEST);
  private readonly templates: (Template | undefined)[] = [];
  private readonly byId = new KeyTable();
  private free: number[] = [];
  private lru: LeastRecentlyUsed | undefined;
  /** Told before a merged template is let go of while the one it was merged into lives on. */
  private readonly onRetired: (index: number, root: number) => void;

  constructor(maxTemplates: number, onRetired: (index: number, root: number) => void) {
    this.maxTemplates = maxTemplates;
    this.onRetired = onRetired;
  }

  get live(): number {
    return this.size - this.free.length;
  }

  /** The live template that was created with this id, merges not resolved, or -1. */
  withId(high: number, low: number): number {
    return this.byId.get(high, low);
  }

  template(index: number): Template {
    const template = this.templates[index];
    if (template === undefined) throw new RangeError(`template ${index} is not alive`);
    return template;
  }

  text(index: number): string {
    const template = this.template(this.root[index]);
    template.text ??= template.message.text();
    return template.text;
  }

  /** Marks the use of a root by the current message. */
  use(root: number): number {
    this.lastUsed[root] = this.clock;
    return root;
  }

  create(idHigh: number, idLow: number, message: FirstMessage, key: KnownKey | undefined): number {
    while (this.live >= this.maxTemplates) this.evictOldest();
    const index = this.free.pop() ?? this.size++;
    if (index >= this.root.length) this.grow();
    this.root[index] = index;
    this.lastUsed[index] = this.created[index] = this.clock;
    this.idHigh[index] = idHigh;
    this.idLow[index] = idLow;
    this.firstMerged[index] = this.nextMerged[index] = NONE;
    this.templates[index] = { message, key, text: undefined };
    this.byId.set(idHigh, idLow, index, 0);
    this.lru?.add(index, this.clock);
    this.changes.push({ kind: 'created', index });
    return index;
  }

  /** Merges two roots; the older one stays and is returned. */
  merge(a: number, b: number): number {
    if (a === b) return a;
    const [to, from] = this.created[a] < this.created[b] ? [a, b] : [b, a];
    this.root[from] = to;
    let last = from;
    for (let i = this.firstMerged[from]; i !== NONE; i = this.nextMerged[i]) {
      this.root[i] = to;
      last = i;
    }
    // to → from → those merged into from → those merged into to before.
    const rest = this.firstMerged[to];
    this.nextMerged[from] = this.firstMerged[from];
    this.nextMerged[last] = rest;
    this.firstMerged[from] = NONE;
    this.firstMerged[to] = from;
    this.changes.push({ kind: 'merged', from, to });
    return to;
  }

  /** Visits the keys that live templates were made of. */
  eachKey(visitor: (known: KnownKey) => void): void {
    for (const template of this.templates) if (template?.key !== undefined) visitor(template.key);
  }

  takeChanges(): TemplateChange[] {
    const taken = this.changes;
    // Asked after every message: mostly nothing has changed.
    if (taken.length === 0) return NO_CHANGES;
    this.changes = [];
    return taken;
  }

  /** 16 hex digits. */
  id(index: number): string {
    return hex(this.idHigh[index]) + hex(this.idLow[index]);
  }

  private evictOldest(): void {
    if (this.lru === undefined) {
      this.lru = new LeastRecentlyUsed();
      for (let i = 0; i < this.size; i++) if (this.templates[i] !== undefined) this.lru.add(i, this.lastUsed[i]);
    }
    const index = this.lru.take((i) => (this.templates[i] === undefined ? NONE : this.lastUsed[i]));
    const root = this.root[index];
    if (root !== index) {
      this.unlink(index, root);
      this.onRetired(index, root);
    }
    // Those merged into it would point at nothing.
    for (let i = this.firstMerged[index]; i !== NONE; i = this.nextMerged[i]) this.release(i);
    this.release(index);
  }

  private unlink(index: number, root: number): void {
    if (this.firstMerged[root] === index) {
      this.firstMerged[root] = this.nextMerged[index];
      return;
    }
    let before = this.firstMerged[root];
    while (this.nextMerged[before] !== index) before = this.nextMerged[before];
    this.nextMerged[before] = this.nextMerged[index];
  }

  private release(index: number): void {
    this.changes.push({ kind: 'evicted', index, id: this.id(index) });
    this.byId.delete(this.idHigh[index], this.idLow[index]);
    this.templates[index] = undefined;
    this.generation[index]++;
    this.free.push(index);
  }

  private grow(): void {
    const length = Math.min(this.root.length * 2, Math.max(this.maxTemplates, this.size));
    this.root = grown(this.root, length);
    this.lastUsed = grown(this.lastUsed, length);
    this.generation = grown(this.generation, length);
    this.idHigh = grown(this.idHigh, length);
    this.idLow = grown(this.idLow, length);
    this.created = grown(this.created, length);
    this.firstMerged = grown(this.firstMerged, length);
    this.nextMerged = grown(this.nextMerged, length);
  }

  /** Everything but changes not yet taken, which belong to who reads them. */
  save(state: StateWriter, numberOf: (known: KnownKey) => number): void {
    state.count(this.clock);
    state.count(this.size);
    for (let i = 0; i < this.size; i++) {
      const template = this.templates[i];
      state.count(this.generation[i]);
      state.count(template === undefined ? 0 : 1);
      if (template === undefined) continue;
      for (const column of [this.root, this.firstMerged, this.nextMerged]) state.count(column[i] + 1);
      for (const column of [this.lastUsed, this.created]) state.count(column[i]);
      for (const column of [this.idHigh, this.idLow]) state.word(column[i]);
      template.message.save(state);
      state.count(template.key === undefined ? 0 : numberOf(template.key) + 1);
    }
    state.count(this.free.length);
    for (const index of this.free) state.count(index);
  }

  load(state: StateReader, known: readonly KnownKey[]): void {
    this.clock = state.count();
    this.size = state.count();
    while (this.root.length < this.size) this.grow();
    for (let i = 0; i < this.size; i++) {
      this.generation[i] = state.count();
      if (state.count() === 0) continue;
      for (const column of [this.root, this.firstMerged, this.nextMerged]) column[i] = state.count() - 1;
      for (const column of [this.lastUsed, this.created]) column[i] = state.count();
      for (const column of [this.idHigh, this.idLow]) column[i] = state.word();
      const message = FirstMessage.load(state);
      const key = state.count();
      this.templates[i] = { message, key: key === 0 ? undefined : known[key - 1], text: undefined };
      this.byId.set(this.idHigh[i], this.idLow[i], i, 0);
    }
    this.free = Array.from({ length: state.count() }, () => state.count());
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
