/**
 * Changed rows of the template catalogue between two checkpoints, the last state of each: they are kept together with
 * the snapshot they add up to. Bounded, because messages without any template make a new one per record.
 */
import type { CatalogueChange, TemplateRow } from '../outputs.ts';
import type { StreamIdentity } from '../stream-identity.ts';

/** Most rows between two checkpoints, of one stream and of all; beyond it the oldest go and the catalogue on disk lacks them, which is counted. */
const MAX_STREAM_ROWS = 10_000;
const MAX_ROWS = 100_000;

export class CatalogueBuffer {
  readonly #streams = new Map<string, { readonly stream: StreamIdentity; readonly rows: Map<string, TemplateRow> }>();
  #rows = 0;
  /** Rows that were not kept because there were too many. */
  dropped = 0;

  add(changes: readonly CatalogueChange[]): void {
    for (const { stream, rows } of changes) {
      const key = `${stream.tenant}\0${stream.namespace}\0${stream.service}\0${stream.environment}`;
      const known = this.#streams.get(key) ?? { stream, rows: new Map<string, TemplateRow>() };
      this.#streams.set(key, known);
      for (const row of rows) {
        if (!known.rows.delete(row.id)) this.#rows++;
        known.rows.set(row.id, row);
        if (known.rows.size > MAX_STREAM_ROWS) this.#dropOldestOf(known.rows);
        else if (this.#rows > MAX_ROWS) this.#dropOldestOf(this.#largest());
      }
    }
  }

  take(): CatalogueChange[] {
    const changes = [...this.#streams.values()].map(({ stream, rows }) => ({ stream, rows: [...rows.values()] }));
    this.#streams.clear();
    this.#rows = 0;
    return changes;
  }

  /** A flood in one stream does not push out the templates of the others. */
  #largest(): Map<string, TemplateRow> {
    let largest = new Map<string, TemplateRow>();
    for (const { rows } of this.#streams.values()) if (rows.size > largest.size) largest = rows;
    return largest;
  }

  #dropOldestOf(rows: Map<string, TemplateRow>): void {
    const oldest = rows.keys().next().value;
    if (oldest === undefined) return;
    rows.delete(oldest);
    this.#rows--;
    this.dropped++;
  }
}
