/**
 * Looks into records: their values, parameters and what attacks show in them. Beside the template's rarity, which every
 * record is judged by, this is asked of some only, so that the rest cost two look-ups: all records of templates that
 * speak of logins or requests, all with attributes that tell who did what, and the first few of any template in 30 s.
 */
import { SIZE } from '@seismo/otel-processor/otlp/record-keys';
import { sidak } from '../../detectors/ensemble.ts';
import type { Families } from '../../detectors/families.ts';
import type { PerTemplate } from '../../detectors/per-template.ts';
import { ParameterValues } from '../../detectors/parameters/parameter-values.ts';
import { ValueSeries } from '../../detectors/parameters/value-series.ts';
import { decodedText, isSuspectLine, isSuspectTarget } from '../../detectors/security/decoded-text.ts';
import type { SecurityFinding } from '../../detectors/security/finding.ts';
import { injectionIn } from '../../detectors/security/injection-patterns.ts';
import { repetitions } from '../../detectors/security/repetitions.ts';
import { SecurityWatch } from '../../detectors/security/security-watch.ts';
import type { InjectionKind } from '../../detectors/security/technique.ts';
import { align, aligned, type SlotPlan, slotPlan, wordBefore } from '../../templates/parameter-slots.ts';
import type { OddParameter } from '../../explain/record-findings.ts';
import type { TemplateMiner } from '../../templates/template-miner.ts';
import {
  LOGIN,
  LOGIN_DONE,
  LOGIN_FAILED,
  LOOKED_INTO,
  outcomeOf,
  QUOTES,
  REPEATS,
  REQUEST,
} from '../../templates/template-roles.ts';
import type { RecordBatch } from '../record-batch.ts';
import type { WindowValues } from '../../windows/window-values.ts';
import { type Kept, loadFamily, saveFamily } from '../streams/family-state.ts';
import { RecordSamples } from './record-samples.ts';
import { RecordValues } from './record-values.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export class RecordWatch implements PerTemplate {
  /** Undefined where the family is off. */
  readonly parameters: ParameterValues | undefined;
  /** Undefined where nobody asks for the numbers of messages. */
  readonly series: ValueSeries | undefined;
  readonly security: SecurityWatch | undefined;
  /** Are the figures of windows asked for, and who did what: by these or by security? */
  readonly #measuresActors: boolean;
  readonly #asksWho: boolean;
  readonly #addsScores: boolean;
  /** Values of the record looked at last. One for all streams: a record is learned before the next one is looked at. */
  readonly values = RECORD_VALUES;
  /** Undefined where no record is looked into. */
  readonly #samples: RecordSamples | undefined;
  /** What was said of the record looked at last; its parameters only where they were judged. */
  finding: SecurityFinding | undefined;
  parameterMagnitude = 0;
  parameterMargin = -Infinity;
  /** With what its template's rarity says: the verdict. */
  magnitude = 0;
  margin = 0;

  constructor(budgetPerWeek: number, families: Families) {
    if (families.has('parameter-values')) this.parameters = new ParameterValues(budgetPerWeek);
    if (families.has('security')) this.security = new SecurityWatch(budgetPerWeek);
    if (families.measuresNumbers) this.series = new ValueSeries();
    this.#measuresActors = families.measuresActors;
    this.#asksWho = this.#measuresActors || families.has('security');
    this.#addsScores = families.has('value-shift');
    const plansSlots = (this.parameters ?? this.series) !== undefined;
    const most = plansSlots || this.security !== undefined ? SAMPLED_PER_BUCKET : SAMPLED_FOR_ROLES;
    if (families.looksIntoRecords) this.#samples = new RecordSamples(most, plansSlots);
  }

  /**
   * Is a record of this template, with values `[first, last)` of its batch as attributes, to be looked into? Which records
   * of a batch that comes again (`learn` false) were samples is not known: none is taken for one.
   */
  isDue(template: number, batch: RecordBatch, timeMs: number, first: number, last: number, learn: boolean): boolean {
    const samples = this.#samples;
    if (samples === undefined) return false;
    if (this.#asksWho) {
      if ((samples.roles[template] & LOOKED_INTO) !== 0) return true;
      for (let v = first; v < last; v++) if (batch.valueMeaning[v] <= SIZE) return true;
    }
    return learn && samples.isDue(template, timeMs);
  }

  /** What a template's records are worth looking at for. */
  rolesOf(template: number): number {
    return this.#samples?.roles[template] ?? 0;
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
    const isSample = learn && this.#samples?.take(template, timeMs, miner) === true;
    const roles = this.rolesOf(template);
    const { values, security } = this;
    values.begin(batch, first, last);
    if (this.#asksWho) {
      values.lookForAddress(start, end);
      if ((roles & LOGIN) !== 0) values.lookForUser(start, end);
    }
    if (security !== undefined) {
      if ((roles & REQUEST) !== 0) values.lookForRequest(start, end);
      security.begin(timeMs, learn);
      this.#requestAndText(security, roles, isSample, start, end, timeMs);
      this.#login(security, template, roles, start, end, timeMs);
      this.finding = security.finding;
    }
    this.parameterMagnitude = 0;
    this.parameterMargin = -Infinity;
    this.series?.begin();
    const plan = this.#samples?.planOf(template);
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
    if (this.parameters === undefined) return undefined;
    const { slot, oddity, start, end, expected, magnitude } = this.parameters;
    const plan = this.#samples?.planOf(template);
    if (slot < 0 || plan === undefined) return undefined;
    const value = decoder.decode(this.values.bytes.subarray(start, Math.min(end, start + MOST_VALUE_BYTES)));
    return { oddity, value, name: wordBefore(plan, slot), expected, magnitude };
  }

  #requestAndText(
    security: SecurityWatch,
    roles: number,
    isSample: boolean,
    start: number,
    end: number,
    timeMs: number,
  ): void {
    const { values } = this;
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

  #login(security: SecurityWatch, template: number, roles: number, start: number, end: number, timeMs: number): void {
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
    security.login(values, template, outcome * times, timeMs);
  }

  #parameters(template: number, plan: SlotPlan, start: number, end: number, timeMs: number): void {
    const { values, parameters, series } = this;
    const { bytes } = values;
    aligned.slots = 0;
    if (parameters !== undefined) {
      parameters.take(template, plan, bytes, start, end, timeMs);
      this.parameterMagnitude = parameters.magnitude;
      this.parameterMargin = parameters.margin;
    } else if (series !== undefined && plan.slots > 0) align(plan, bytes, start, end);
    if (series === undefined) return;
    series.take(template, plan, bytes);
    if (!(values.durationMs >= 0)) values.durationMs = series.durationMs;
  }

  /** Adds the record looked at last to a window, if there is one. */
  addTo(window: WindowValues | undefined): void {
    if (window === undefined) return;
    if (this.#measuresActors) this.values.addTo(window);
    if (this.#addsScores) this.series?.addTo(window.scores);
  }

  bucketClosed(startMs: number, endMs: number): void {
    this.parameters?.bucketClosed(startMs, endMs);
    this.security?.bucketClosed(startMs, endMs);
  }

  grow(capacity: number): void {
    this.#samples?.grow(capacity);
  }

  clear(index: number): void {
    this.#samples?.clear(index);
    this.parameters?.clear(index);
    this.series?.clear(index);
  }

  merge(from: number, to: number): void {
    this.#samples?.merge(from, to);
    this.parameters?.clear(from);
    this.series?.clear(from);
    // Its text may say something else now.
    this.series?.clear(to);
  }

  save(to: StateWriter): void {
    for (const part of this.#kept()) saveFamily(to, part);
  }

  load(from: StateReader): void {
    for (const part of this.#kept()) loadFamily(from, part);
  }

  #kept(): (Kept | undefined)[] {
    const { series } = this;
    const kept = series && {
      save: (to: StateWriter) => series.save(to),
      load: (from: StateReader) => series.load(from, slotPlan),
    };
    return [this.#samples, this.parameters, kept, this.security];
  }
}

/** Records of a template in 30 s that are looked into: enough for a mean of their values; one tells what its text says. */
const SAMPLED_PER_BUCKET = 8;
const SAMPLED_FOR_ROLES = 1;
const RECORD_VALUES = new RecordValues();
/** HTTP status of a failed login. */
const UNAUTHORIZED = 401;
const MOST_VALUE_BYTES = 120;
const decoder = new TextDecoder();
