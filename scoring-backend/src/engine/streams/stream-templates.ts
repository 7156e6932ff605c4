/** The templates of one stream: the miner that finds them, their catalogue, and the columns of all that is kept by template. */
import type { CatalogueChange } from '../outputs.ts';
import type { StreamIdentity } from '../stream-identity.ts';
import type { RecordBatch } from '../record-batch.ts';
import type { EngineSettings } from '../settings.ts';
import { Catalogue, type CatalogueFigures } from './catalogue.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../../detectors/per-template.ts';
import { hexId } from '../../explain/ids.ts';
import type { NamedTemplate } from '../../explain/reasons.ts';
import type { CreateTemplateMiner, TemplateMiner } from '../../templates/template-miner.ts';

export class StreamTemplates {
  readonly catalogue = new Catalogue();
  /** Templates that records came of. */
  known = 0;
  evicted = 0;
  #miner: TemplateMiner;
  readonly #create: CreateTemplateMiner;
  readonly #settings: EngineSettings;
  readonly #figures: () => CatalogueFigures;
  /** All that is kept by template, but for the catalogue. */
  readonly #columns: PerTemplate[] = [];
  #capacity = INITIAL_TEMPLATES;

  /** @param figures where those of the catalogue's rows are kept */
  constructor(settings: EngineSettings, create: CreateTemplateMiner, figures: () => CatalogueFigures) {
    this.#settings = settings;
    this.#create = create;
    this.#miner = create(settings);
    this.#figures = figures;
  }

  get miner(): TemplateMiner {
    return this.#miner;
  }

  /** These grow with the templates, and follow what becomes of them. */
  keep(columns: readonly PerTemplate[]): void {
    for (const column of columns) column.grow(this.#capacity);
    this.#columns.push(...columns);
  }

  /** The template of record i, mined or adopted; what that changed among templates is carried out at once. */
  of(batch: RecordBatch, i: number): number {
    const adopted = batch.templateStart[i];
    const index =
      adopted >= 0
        ? this.#miner.adopt(batch.bytes, adopted, batch.templateEnd[i])
        : this.#miner.mine(batch.bytes, batch.messageStart[i], batch.messageEnd[i]);
    const changes = this.#miner.takeChanges();
    if (this.#miner.size > this.#capacity) this.#grow(Math.max(this.#miner.size, this.#capacity * 2));
    if (changes.length > 0) this.#apply(changes);
    return index;
  }

  /** The first record of a template has come. */
  born(index: number, timeMs: number): void {
    this.catalogue.born(index, timeMs);
    this.known++;
  }

  named(index: number): NamedTemplate {
    return { id: hexId(this.#miner.idHigh(index), this.#miner.idLow(index)), text: this.#miner.text(index) };
  }

  takeCatalogue(stream: StreamIdentity): CatalogueChange | undefined {
    return this.catalogue.take(stream, this.#miner, this.#figures());
  }

  #apply(changes: ReturnType<TemplateMiner['takeChanges']>): void {
    for (const change of changes) {
      const figures = this.#figures();
      if (change.kind === 'merged') {
        const { from, to } = change;
        if (figures.counts[from] > 0 && figures.counts[to] > 0) this.known--;
        this.catalogue.merge(from, to, this.#miner, figures);
        for (const column of this.#columns) column.merge(from, to);
      } else if (change.kind === 'evicted') {
        if (figures.counts[change.index] > 0) this.known--;
        this.evicted++;
        this.catalogue.evict(change.index, change.id, figures);
        for (const column of this.#columns) column.clear(change.index);
      }
    }
  }

  #grow(capacity: number): void {
    this.#capacity = capacity;
    this.catalogue.grow(capacity);
    for (const column of this.#columns) column.grow(capacity);
  }

  save(to: StateWriter): void {
    to.bytes(this.#miner.save());
    to.numbers(this.#capacity, this.known, this.evicted);
    this.catalogue.save(to);
  }

  /** Call it before what is kept by template is loaded: that needs the room. */
  load(from: StateReader): void {
    this.#miner = this.#create(this.#settings, from.bytes());
    const numbers = new Float64Array(3);
    from.column(numbers);
    [, this.known, this.evicted] = numbers;
    this.#grow(numbers[0]);
    this.catalogue.load(from);
  }
}
