/**
 * Looks into records: their values, parameters and what attacks show in them. Beside the template's rarity, which every
 * record is judged by, this is asked of some only, so that the rest cost two look-ups: all records of templates that
 * speak of logins or requests, all with attributes that tell who did what, and the first few of any template in 30 s.
 */
import { SIZE } from '@seismo/otel-processor/otlp/record-keys';
import { sidak } from '../detectors/ensemble.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../detectors/per-template.ts';
import { ParameterValues } from '../detectors/parameters/parameter-values.ts';
import { ValueSeries } from '../detectors/parameters/value-series.ts';
import { decodedText, isSuspectLine, isSuspectTarget } from '../detectors/security/decoded-text.ts';
import type { SecurityFinding } from '../detectors/security/finding.ts';
import { injectionIn } from '../detectors/security/injection-patterns.ts';
import { repetitions } from '../detectors/security/repetitions.ts';
import { SecurityWatch } from '../detectors/security/security-watch.ts';
import type { InjectionKind } from '../detectors/security/technique.ts';
import { aligned, type SlotPlan, slotPlan, wordBefore } from '../templates/parameter-slots.ts';
import type { OddParameter } from '../explain/record-findings.ts';
import type { TemplateMiner } from '../templates/template-miner.ts';
import {
  LOGIN,
  LOGIN_DONE,
  LOGIN_FAILED,
  LOOKED_INTO,
  outcomeOf,
  QUOTES,
  REPEATS,
  REQUEST,
  rolesOf,
} from '../templates/template-roles.ts';
import type { RecordBatch } from './record-batch.ts';
import type { WindowValues } from '../windows/window-values.ts';
import { RecordValues } from './record-values.ts';
import type { StateReader, StateWriter } from './state-codec.ts';
import { float64Column, grown, uint8Column } from '../columns/small-columns.ts';

export class RecordWatch implements PerTemplate {
  readonly parameters: ParameterValues;
  readonly series = new ValueSeries();
  readonly security: SecurityWatch;
  /** Values of the record looked at last. One for all streams: a record is learned before the next one is looked at. */
  readonly values = RECORD_VALUES;
  /** By template: until when its sample of the present 30 s lasts, and how many records it has. */
  #sampledUntilMs = float64Column(INITIAL_TEMPLATES);
  #sampled = uint8Column(INITIAL_TEMPLATES);
  #roles = uint8Column(INITIAL_TEMPLATES);
  /** Made of the templates' texts, so not saved. */
  readonly #plans: (SlotPlan | undefined)[] = [];
  /** What was said of the record looked at last; its parameters only where they were judged. */
  finding: SecurityFinding | undefined;
  parameterMagnitude = 0;
  parameterMargin = -Infinity;
  /** With what its template's rarity says: the verdict. */
  magnitude = 0;
  margin = 0;

  constructor(budgetPerWeek: number) {
    this.parameters = new ParameterValues(budgetPerWeek);
    this.security = new SecurityWatch(budgetPerWeek);
  }

  /**
   * Is a record of this template, with values `[first, last)` of its batch as attributes, to be looked into? Which records
   * of a batch that comes again (`learn` false) were samples is not known: none is taken for one.
   */
  isDue(template: number, batch: RecordBatch, timeMs: number, first: number, last: number, learn: boolean): boolean {
    if ((this.#roles[template] & LOOKED_INTO) !== 0) return true;
    for (let v = first; v < last; v++) if (batch.valueMeaning[v] <= SIZE) return true;
    if (!learn) return false;
    return this.#sampled[template] < SAMPLED_PER_BUCKET || timeMs >= this.#sampledUntilMs[template];
  }

  /** What a template's records are worth looking at for. */
  rolesOf(template: number): number {
    return this.#roles[template];
  }

  /** Judges record i and learns from it if told so. Its attributes are values `[first, last)` of the batch. */
  look(
    template: number,
    batch: RecordBatch,
    i: number,
    first: number,
    last: number,
    miner: TemplateMiner,
    learn: boolean,
  ): void {
    const timeMs = batch.timeMs[i];
    const start = batch.messageStart[i];
    const end = batch.messageEnd[i];
    const isSample = this.#sample(template, timeMs, miner, learn);
    const roles = this.#roles[template];
    const { values, security } = this;
    values.begin(batch, first, last);
    values.lookForAddress(start, end);
    if ((roles & LOGIN) !== 0) values.lookForUser(start, end);
    if ((roles & REQUEST) !== 0) values.lookForRequest(start, end);
    security.begin(timeMs, learn);
    this.#requestAndText(roles, isSample, start, end, timeMs);
    this.#login(template, roles, start, end, timeMs);
    this.finding = security.finding;
    this.parameterMagnitude = 0;
    this.parameterMargin = -Infinity;
    this.series.begin();
    const plan = this.#plans[template];
    if (isSample && plan !== undefined) this.#parameters(template, plan, start, end, timeMs);
  }

  /**
   * Puts the finding and the parameters of the record looked at last together with what the judge of its template says.
   * Parameters are a second look at the same record; rules carry a rate of false alarms that was measured.
   */
  combine(magnitude: number, margin: number): void {
    this.magnitude = Math.max(magnitude, sidak(this.parameterMagnitude, 2), this.finding?.magnitude ?? 0);
    this.margin = Math.max(margin, this.parameterMargin, this.finding?.margin ?? -Infinity);
  }

  /** The odd parameter of the record looked at last. */
  oddParameter(template: number): OddParameter | undefined {
    const { slot, oddity, start, end, expected, magnitude } = this.parameters;
    const plan = this.#plans[template];
    if (slot < 0 || plan === undefined) return undefined;
    const value = decoder.decode(this.values.bytes.subarray(start, Math.min(end, start + MOST_VALUE_BYTES)));
    return { oddity, value, name: wordBefore(plan, slot), expected, magnitude };
  }

  #requestAndText(roles: number, isSample: boolean, start: number, end: number, timeMs: number): void {
    const { values, security } = this;
    let injection: InjectionKind | undefined;
    if (values.targetStart >= 0 || values.queryStart >= 0) {
      injection =
        this.#injectionOf(values.targetStart, values.targetEnd) ??
        this.#injectionOf(values.queryStart, values.queryEnd);
      security.request(values, injection, timeMs);
    }
    if (injection !== undefined || ((roles & REQUEST) === 0 && !isSample)) return;
    if (!isSuspectLine(values.bytes, start, end)) return;
    injection = injectionIn(decodedText(values.bytes, start, end), false);
    if (injection !== undefined) security.text(values, injection, timeMs);
  }

  #injectionOf(start: number, end: number): InjectionKind | undefined {
    const { bytes } = this.values;
    if (start < 0 || !isSuspectTarget(bytes, start, end)) return undefined;
    return injectionIn(decodedText(bytes, start, end), true);
  }

  #login(template: number, roles: number, start: number, end: number, timeMs: number): void {
    const { values } = this;
    let outcome = values.status === UNAUTHORIZED ? 1 : 0;
    if ((roles & LOGIN) !== 0 && outcome === 0) {
      if ((roles & LOGIN_FAILED) !== 0) outcome = 1;
      else {
        outcome = outcomeOf(values.bytes, start, end, (roles & QUOTES) !== 0);
        if (outcome === 0 && (roles & LOGIN_DONE) !== 0) outcome = -1;
      }
    }
    if (outcome === 0) return;
    const times = outcome > 0 && (roles & REPEATS) !== 0 ? repetitions(values.bytes, start, end) : 1;
    this.security.login(values, template, outcome * times, timeMs);
  }

  #parameters(template: number, plan: SlotPlan, start: number, end: number, timeMs: number): void {
    const { values, parameters } = this;
    const { bytes } = values;
    aligned.slots = 0;
    parameters.take(template, plan, bytes, start, end, timeMs);
    this.parameterMagnitude = parameters.magnitude;
    this.parameterMargin = parameters.margin;
    this.series.take(template, plan, bytes);
    if (!(values.durationMs >= 0)) values.durationMs = this.series.durationMs;
  }

  /** Whether the record is one of the first of its template in 30 s; keeps plan and roles up with the template's text. */
  #sample(template: number, timeMs: number, miner: TemplateMiner, learn: boolean): boolean {
    if (!learn) return false;
    const isNew = timeMs >= this.#sampledUntilMs[template];
    if (!isNew && this.#sampled[template] >= SAMPLED_PER_BUCKET) return false;
    if (isNew) this.#sampledUntilMs[template] = timeMs + BUCKET_MS;
    this.#sampled[template] = isNew ? 1 : this.#sampled[template] + 1;
    const text = miner.text(template);
    if (this.#plans[template]?.text !== text) this.#plans[template] = slotPlan(text);
    if (isNew) this.#roles[template] = rolesOf(text);
    return true;
  }

  /** Adds the record looked at last to a window, if there is one. */
  addTo(window: WindowValues | undefined): void {
    if (window === undefined) return;
    this.values.addTo(window);
    this.series.addTo(window.scores);
  }

  bucketClosed(startMs: number, endMs: number): void {
    this.parameters.bucketClosed(startMs, endMs);
    this.security.bucketClosed(startMs, endMs);
  }

  grow(capacity: number): void {
    this.#sampledUntilMs = grown(this.#sampledUntilMs, capacity);
    this.#sampled = grown(this.#sampled, capacity);
    this.#roles = grown(this.#roles, capacity);
  }

  clear(index: number): void {
    this.#sampledUntilMs[index] = 0;
    this.#sampled[index] = 0;
    this.#roles[index] = 0;
    if (index < this.#plans.length) this.#plans[index] = undefined;
    this.parameters.clear(index);
    this.series.clear(index);
  }

  merge(from: number, to: number): void {
    this.clear(from);
    // Its text may say something else now.
    this.series.clear(to);
    this.#sampledUntilMs[to] = 0;
    this.#sampled[to] = 0;
  }

  save(to: StateWriter): void {
    to.number(this.#roles.length);
    to.column(this.#sampledUntilMs);
    to.column(this.#sampled);
    to.column(this.#roles);
    this.parameters.save(to);
    this.series.save(to);
    this.security.save(to);
  }

  load(from: StateReader): void {
    this.grow(from.number());
    from.column(this.#sampledUntilMs);
    from.column(this.#sampled);
    from.column(this.#roles);
    this.parameters.load(from);
    this.series.load(from, slotPlan);
    this.security.load(from);
  }
}

/** Records of a template in 30 s that are looked into: enough for a mean of their values. */
const SAMPLED_PER_BUCKET = 8;
const BUCKET_MS = 30_000;
const RECORD_VALUES = new RecordValues();
/** HTTP status of a failed login. */
const UNAUTHORIZED = 401;
const MOST_VALUE_BYTES = 120;
const decoder = new TextDecoder();
