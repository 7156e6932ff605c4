/**
 * The template miner: shape → cache; else front key → cache; else key → exact table; else the pair model says which known keys the new one
 * belongs with, and merges the templates that it joins.
 */
import { Aliases } from './aliases.ts';
import { readTemplateText } from './adopted-key.ts';
import { alignment } from './alignment.ts';
import { Candidates } from './candidates.ts';
import { Catalogue } from './catalogue.ts';
import { FrontCache } from './front-cache.ts';
import { frontKey, makeFrontKey } from './front-key.ts';
import { key } from './key.ts';
import { loadKnownKeys, rememberedKey, saveKnownKeys } from './known-key.ts';
import type { KnownKey } from './known-key.ts';
import { logOdds, THRESHOLD } from './pair-model.ts';
import { StateReader, StateWriter } from './saved-state.ts';
import { ShapeCache } from './shape-cache.ts';
import type { CreateTemplateMiner, TemplateChange, TemplateMiner, TemplateMinerLimits } from './template-miner.ts';
import { FirstMessage, firstMessage } from './template-text.ts';

/** Most known keys compared with a new one; fewer where there are so many templates that most are noise. */
const MAX_COMPARED = 40;
const MAX_COMPARED_OF_MANY = 10;
const MANY_TEMPLATES = 4096;
const MOST_FRONT_KEYS = 1 << 15;
const FORMAT = 2;

class Miner implements TemplateMiner {
  private readonly maxMessageBytes: number;
  private readonly catalogue: Catalogue;
  private readonly shapes = new ShapeCache();
  private readonly cache = new FrontCache(MOST_FRONT_KEYS);
  private readonly aliases = new Aliases();
  private readonly candidates = new Candidates();

  constructor(limits: TemplateMinerLimits, saved: Uint8Array | undefined) {
    this.maxMessageBytes = limits.maxMessageBytes;
    this.catalogue = new Catalogue(limits.maxTemplates, (index, root) => this.retire(index, root));
    if (saved !== undefined) this.load(new StateReader(saved));
  }

  get size(): number {
    return this.catalogue.size;
  }

  mine(bytes: Uint8Array, start: number, end: number): number {
    const { catalogue, cache, shapes } = this;
    const limit = end - start > this.maxMessageBytes ? start + this.maxMessageBytes : end;
    catalogue.clock++;
    let index = shapes.get(bytes, start, limit, catalogue.generation);
    if (index >= 0) return catalogue.use(catalogue.root[index]);
    if (!makeFrontKey(bytes, start, limit)) return catalogue.use(this.mineKey(bytes, start, limit));
    const { high, low } = frontKey;
    index = cache.get(high, low, catalogue.generation);
    if (index < 0) {
      index = this.mineKey(bytes, start, limit);
      cache.set(high, low, index, catalogue.generation);
    }
    shapes.set(index, catalogue.generation);
    return catalogue.use(catalogue.root[index]);
  }

  adopt(bytes: Uint8Array, start: number, end: number): number {
    const { catalogue } = this;
    const limit = end - start > this.maxMessageBytes ? start + this.maxMessageBytes : end;
    catalogue.clock++;
    const adopted = readTemplateText(bytes, start, limit);
    const known = this.assigned(adopted.idHigh, adopted.idLow);
    if (known >= 0) return catalogue.use(known);
    const message = new FirstMessage(bytes.subarray(start, limit), undefined);
    return catalogue.create(adopted.idHigh, adopted.idLow, message, undefined);
  }

  resolve(index: number): number {
    return this.catalogue.root[index];
  }

  idHigh(index: number): number {
    return this.catalogue.idHigh[index];
  }

  idLow(index: number): number {
    return this.catalogue.idLow[index];
  }

  text(index: number): string {
    return this.catalogue.text(index);
  }

  takeChanges(): TemplateChange[] {
    return this.catalogue.takeChanges();
  }

  /** The root of the template that this key was assigned to, or -1. */
  private assigned(high: number, low: number): number {
    const { root, generation } = this.catalogue;
    const own = this.catalogue.withId(high, low);
    if (own >= 0) return root[own];
    const alias = this.aliases.get(high, low, generation);
    return alias < 0 ? -1 : root[alias];
  }

  private mineKey(bytes: Uint8Array, start: number, end: number): number {
    key.read(bytes, start, end);
    const { idHigh, idLow } = key;
    const assigned = this.assigned(idHigh, idLow);
    if (assigned >= 0) return assigned;
    const { catalogue } = this;
    const known = rememberedKey(key);
    let index = this.join(known);
    if (index >= 0) this.aliases.set(idHigh, idLow, index, catalogue.generation);
    else index = catalogue.create(idHigh, idLow, firstMessage(key), known);
    known.index = index;
    known.generation = catalogue.generation[index];
    this.candidates.add(known);
    return index;
  }

  /** The template that the new key belongs to, after merging those that it joins; -1 for none. */
  private join(added: KnownKey): number {
    if (added.words < 2) return -1;
    const { catalogue } = this;
    const compared: KnownKey[] = [];
    const values = new Map<number, Set<number>>();
    const limit = catalogue.live < MANY_TEMPLATES ? MAX_COMPARED : MAX_COMPARED_OF_MANY;
    this.candidates.visit(added, limit, (known) => {
      if (catalogue.generation[known.index] !== known.generation || !alignment.align(known, added)) return;
      compared.push(known);
      for (let slot = 0; slot < alignment.slots; slot++) {
        const place = placeOfSlot(slot);
        const seen = values.get(place);
        if (seen === undefined) values.set(place, new Set([contentOfSlot(known, slot)]));
        else seen.add(contentOfSlot(known, slot));
      }
    });
    let joined = -1;
    for (const known of compared) {
      alignment.align(known, added);
      if (logOdds(alignment, known, added, fewestValues(values)) <= THRESHOLD) continue;
      const root = catalogue.root[known.index];
      joined = joined < 0 ? root : catalogue.merge(joined, root);
    }
    if (joined >= 0) this.markVarying(joined, added);
    return joined;
  }

  /** The words in which the template differs from its new member vary. */
  private markVarying(index: number, member: KnownKey): void {
    const template = this.catalogue.template(index);
    if (template.key === undefined || !alignment.align(template.key, member)) return;
    for (let slot = 0; slot < alignment.slots; slot++)
      template.message.markVarying(alignment.olderStart[slot], alignment.olderEnd[slot]);
    template.text = undefined;
  }

  /** A merged template's place is needed, but its messages still come: they belong to the root. */
  private retire(index: number, root: number): void {
    const { catalogue } = this;
    this.aliases.set(catalogue.idHigh[index], catalogue.idLow[index], root, catalogue.generation);
    const known = catalogue.template(index).key;
    if (known === undefined) return;
    known.index = root;
    known.generation = catalogue.generation[root];
  }

  save(): Uint8Array {
    const state = writing;
    state.begin();
    state.count(FORMAT);
    const numberOf = saveKnownKeys(state, (visitor) => {
      this.catalogue.eachKey(visitor);
      this.candidates.each(visitor);
    });
    this.catalogue.save(state, numberOf);
    this.aliases.save(state);
    this.candidates.save(state, numberOf);
    this.cache.save(state, this.catalogue.generation);
    this.shapes.save(state, this.catalogue.generation);
    return state.finish();
  }

  private load(state: StateReader): void {
    const format = state.count();
    if (format !== FORMAT) throw new RangeError(`saved miner: format must be ${FORMAT}, got ${format}`);
    const known = loadKnownKeys(state);
    this.catalogue.load(state, known);
    this.aliases.load(state);
    this.candidates.load(state, known);
    this.cache.load(state, this.catalogue.generation);
    this.shapes.load(state, this.catalogue.generation);
  }
}

function contentOfSlot(known: KnownKey, slot: number): number {
  let content = 7;
  for (let i = alignment.olderStart[slot]; i < alignment.olderEnd[slot]; i++)
    content = Math.imul(content ^ known.hash(i), 0x85ebca6b);
  return content;
}

/** The words of the newer key that a slot spans. */
function placeOfSlot(slot: number): number {
  return alignment.newerStart[slot] * 64 + alignment.newerEnd[slot];
}

/**
 * How many different values the poorest slot of the alignment was seen with. Twenty machines that are "powered on" or
 * "powered off" make the machine a value but not the state.
 */
function fewestValues(values: ReadonlyMap<number, ReadonlySet<number>>): number {
  let fewest = Infinity;
  for (let slot = 0; slot < alignment.slots; slot++)
    fewest = Math.min(fewest, values.get(placeOfSlot(slot))?.size ?? 0);
  return fewest;
}

/** One for all miners: a state is written before the next one begins. */
const writing = new StateWriter();

/** A miner of one stream: `createTemplateMiner({ maxTemplates: 16_384, maxMessageBytes: 8192 })`. */
export const createTemplateMiner: CreateTemplateMiner = (limits, saved) => new Miner(limits, saved);
