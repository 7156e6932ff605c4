/**
 * What the engine asks of a template miner. One miner serves one stream; it is pure, deterministic and bounded.
 *
 * A template has two names: a dense index, local to this miner and cheap to count by, and an id, a 64-bit hash of its
 * constant tokens, the same in every replica that saw the same constants.
 */
export interface TemplateMiner {
  /** The template of the message `bytes[start, end)`, as a dense index; merges so far are resolved. */
  mine(bytes: Uint8Array, start: number, end: number): number;
  /** The template whose text (`log.record.template` of an upstream processor) is `bytes[start, end)`, taken as it is. */
  adopt(bytes: Uint8Array, start: number, end: number): number;
  /** The index that `index` was merged into, or itself. */
  resolve(index: number): number;
  /** Upper and lower half of the id given at creation. */
  idHigh(index: number): number;
  idLow(index: number): number;
  /** The text shown to people, with `<*>` for what varies; of the template that `index` was merged into. */
  text(index: number): string;
  /** Dense indexes in use are `[0, size)`; an evicted one is used again for another template. */
  readonly size: number;
  /**
   * What changed since the last call, in order. A merge moves the counts of `from` to `to`; an eviction ends the life
   * of `index`, whose place may already belong to a new template created after it in this list.
   */
  takeChanges(): TemplateChange[];
  /** The whole state; `load` of it continues with the same answers. */
  save(): Uint8Array;
}

export type TemplateChange =
  | { readonly kind: 'created'; readonly index: number }
  | { readonly kind: 'merged'; readonly from: number; readonly to: number }
  | { readonly kind: 'evicted'; readonly index: number; readonly id: string };

export interface TemplateMinerLimits {
  /** Most templates kept at once; the one unused for longest is evicted, and reported. */
  readonly maxTemplates: number;
  /** Bytes of a message that are read; the rest does not matter for its template. */
  readonly maxMessageBytes: number;
}

/** Makes a new miner, or one that continues from `saved`. */
export type CreateTemplateMiner = (limits: TemplateMinerLimits, saved?: Uint8Array) => TemplateMiner;
