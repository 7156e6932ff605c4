/** What is new in a stream's catalogue of templates since somebody last asked. */
import type { CatalogueChange, TemplateRow } from '../outputs.ts';
import type { StreamIdentity } from '../stream-identity.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import type { TemplateMiner } from '../../templates/template-miner.ts';
import type { ExampleLines } from '../../explain/examples.ts';
import { hexId } from '../../explain/ids.ts';
import { INITIAL_TEMPLATES } from '../../detectors/per-template.ts';
import { float64Column, grown, uint8Column } from '../../columns/small-columns.ts';

/** Where the figures of a row are kept. */
export interface CatalogueFigures {
  readonly counts: Float64Array;
  readonly lastMs: Float64Array;
  readonly examples: ExampleLines;
}

export class Catalogue {
  /** When a template was first seen, in ms of event time. */
  bornMs = float64Column(INITIAL_TEMPLATES);
  #isChanged = uint8Column(INITIAL_TEMPLATES);
  #changed: number[] = [];
  /** Last rows of templates that are merged or evicted. */
  #ended: TemplateRow[] = [];
  /** Text of each template as last told, for its last row. */
  #told: string[] = [];

  /** A record of this template was learned. */
  changed(index: number): void {
    if (this.#isChanged[index] === 1) return;
    this.#isChanged[index] = 1;
    this.#changed.push(index);
  }

  born(index: number, timeMs: number): void {
    this.bornMs[index] = timeMs;
  }

  /** `from` became part of `to`: call it before the figures are moved. */
  merge(from: number, to: number, miner: TemplateMiner, figures: CatalogueFigures): void {
    if (figures.counts[from] > 0) {
      const supersededBy = hexId(miner.idHigh(to), miner.idLow(to));
      const id = hexId(miner.idHigh(from), miner.idLow(from));
      const text = this.#told[from] ?? miner.text(to);
      this.#ended.push({ ...this.#figures(from, figures), id, text, supersededBy, count: 0 });
      this.bornMs[to] = figures.counts[to] === 0 ? this.bornMs[from] : Math.min(this.bornMs[to], this.bornMs[from]);
      this.changed(to);
    }
    this.#clear(from);
  }

  /** A template ended: call it before its figures are cleared. */
  evict(index: number, id: string, figures: CatalogueFigures): void {
    const text = this.#told[index];
    if (this.#isChanged[index] === 1 && text !== undefined)
      this.#ended.push({ ...this.#figures(index, figures), id, text, supersededBy: '' });
    this.#clear(index);
  }

  /** The changed rows, and no row twice before it changes again; undefined when there are none. */
  take(stream: StreamIdentity, miner: TemplateMiner, figures: CatalogueFigures): CatalogueChange | undefined {
    if (this.#changed.length === 0 && this.#ended.length === 0) return undefined;
    const rows = this.#ended;
    for (const index of this.#changed) {
      if (this.#isChanged[index] === 0) continue;
      this.#isChanged[index] = 0;
      if (figures.counts[index] === 0) continue;
      const text = (this.#told[index] = miner.text(index));
      const id = hexId(miner.idHigh(index), miner.idLow(index));
      rows.push({ ...this.#figures(index, figures), id, text, supersededBy: '' });
    }
    this.#changed = [];
    this.#ended = [];
    return { stream, rows };
  }

  #figures(
    index: number,
    { counts, lastMs, examples }: CatalogueFigures,
  ): Omit<TemplateRow, 'id' | 'text' | 'supersededBy'> {
    return {
      count: counts[index],
      firstSeenMs: this.bornMs[index],
      lastSeenMs: Math.max(lastMs[index], this.bornMs[index]),
      example: examples.latest(index),
    };
  }

  #clear(index: number): void {
    this.bornMs[index] = 0;
    this.#isChanged[index] = 0;
    delete this.#told[index];
  }

  grow(capacity: number): void {
    this.bornMs = grown(this.bornMs, capacity);
    this.#isChanged = grown(this.#isChanged, capacity);
  }

  save(to: StateWriter): void {
    to.number(this.bornMs.length);
    to.column(this.bornMs);
    to.column(this.#isChanged);
    to.numbers(this.#changed.length);
    to.column(Float64Array.from(this.#changed));
    to.text(JSON.stringify([this.#ended, Array.from(this.#told, (text) => text ?? null)]));
  }

  load(from: StateReader): void {
    this.grow(from.number());
    from.column(this.bornMs);
    from.column(this.#isChanged);
    const length = new Float64Array(1);
    from.column(length);
    const changed = new Float64Array(length[0]);
    from.column(changed);
    this.#changed = [...changed];
    const [ended, told] = JSON.parse(from.text()) as [TemplateRow[], (string | null)[]];
    this.#ended = ended;
    this.#told = [];
    told.forEach((text, index) => {
      if (text !== null) this.#told[index] = text;
    });
  }
}
