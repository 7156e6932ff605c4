/**
 * The sample of a stream's records that is looked into, the first few of each template in 30 s, and what a template's text
 * says of its records: what they are worth looking at for, and where their parameters stand.
 */
import { INITIAL_TEMPLATES, type PerTemplate } from '../../detectors/per-template.ts';
import { type SlotPlan, slotPlan } from '../../templates/parameter-slots.ts';
import type { TemplateMiner } from '../../templates/template-miner.ts';
import { rolesOf } from '../../templates/template-roles.ts';
import { float64Column, grown, uint8Column } from '../../columns/small-columns.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export class RecordSamples implements PerTemplate {
  /** By template: until when its sample of the present 30 s lasts, and how many records it has. */
  #untilMs = float64Column(INITIAL_TEMPLATES);
  #taken = uint8Column(INITIAL_TEMPLATES);
  /** By template, bits of template-roles.ts. */
  roles = uint8Column(INITIAL_TEMPLATES);
  /** Made of the templates' texts, so not saved. */
  readonly #plans: (SlotPlan | undefined)[] = [];
  readonly #most: number;
  readonly #plansSlots: boolean;

  /**
   * @param most records of a template in 30 s
   * @param plansSlots does anybody ask for parameters?
   */
  constructor(most: number, plansSlots: boolean) {
    this.#most = most;
    this.#plansSlots = plansSlots;
  }

  /** Would a record of this template be one of the sample? */
  isDue(template: number, timeMs: number): boolean {
    return this.#taken[template] < this.#most || timeMs >= this.#untilMs[template];
  }

  /** Takes a record into the sample, if it is due; keeps roles and plan up with the template's text. */
  take(template: number, timeMs: number, miner: TemplateMiner): boolean {
    const isNew = timeMs >= this.#untilMs[template];
    if (!isNew && this.#taken[template] >= this.#most) return false;
    if (isNew) this.#untilMs[template] = timeMs + BUCKET_MS;
    this.#taken[template] = isNew ? 1 : this.#taken[template] + 1;
    const text = miner.text(template);
    if (this.#plansSlots && this.#plans[template]?.text !== text) this.#plans[template] = slotPlan(text);
    if (isNew) this.roles[template] = rolesOf(text);
    return true;
  }

  /** Where the parameters of a template stand; undefined before its first sample. */
  planOf(template: number): SlotPlan | undefined {
    return this.#plans[template];
  }

  grow(capacity: number): void {
    this.#untilMs = grown(this.#untilMs, capacity);
    this.#taken = grown(this.#taken, capacity);
    this.roles = grown(this.roles, capacity);
  }

  clear(index: number): void {
    this.#untilMs[index] = 0;
    this.#taken[index] = 0;
    this.roles[index] = 0;
    if (index < this.#plans.length) this.#plans[index] = undefined;
  }

  merge(from: number, to: number): void {
    this.clear(from);
    // Its text may say something else now.
    this.#untilMs[to] = 0;
    this.#taken[to] = 0;
  }

  save(to: StateWriter): void {
    to.number(this.roles.length);
    to.column(this.#untilMs);
    to.column(this.#taken);
    to.column(this.roles);
  }

  load(from: StateReader): void {
    this.grow(from.number());
    from.column(this.#untilMs);
    from.column(this.#taken);
    from.column(this.roles);
  }
}

const BUCKET_MS = 30_000;
