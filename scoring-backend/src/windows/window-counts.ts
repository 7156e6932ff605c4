/** The counts of one window of one stream, while it fills and when it is judged. Instances are reused. */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import type { WindowFeatures } from '../detectors/detector.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../detectors/per-template.ts';
import { LOG_VECTOR_SIZE, type TemplateVectors } from './log-vector.ts';
import type { ScoreSums } from './score-sums.ts';
import type { SessionTally } from './session-tally.ts';
import { WindowValues } from './window-values.ts';
import { float32Column, grown, int32Column } from '../columns/small-columns.ts';

/** When a template was first seen, in ms of event time. */
export interface TemplateBirths {
  readonly bornMs: Float64Array;
}

export class WindowCounts implements WindowFeatures, PerTemplate {
  startMs = -1;
  endMs = -1;
  records = 0;
  errors = 0;
  newTemplates = 0;
  newRecords = 0;
  /** Of the records those that only another one stood for. */
  equal = 0;
  incomplete = false;
  releasing = false;
  releaseRecords = 0;
  upShare = 1;
  templates = 0;
  touchedCount = 0;
  touched = int32Column(INITIAL_TEMPLATES);
  counts = int32Column(INITIAL_TEMPLATES);
  /** By template, how many of its records were errors; of no length while there is none. */
  #errorCounts = int32Column(0);
  /** Users, addresses, durations and bytes, while the window fills; what they come to is below, from `seal` on. */
  readonly values = new WindowValues();
  bytes = 0;
  sequenceSurprise = 0;
  uniqueUsers = NaN;
  addressEntropy = NaN;
  responseTimeAvgMs = NaN;
  responseTimeP95Ms = NaN;
  readonly logVector = float32Column(LOG_VECTOR_SIZE);
  readonly #births: TemplateBirths;

  constructor(births: TemplateBirths) {
    this.#births = births;
  }

  get scores(): ScoreSums {
    return this.values.scores;
  }

  get sessions(): SessionTally {
    return this.values.sessions;
  }

  /** Begins anew. */
  open(startMs: number, sizeMs: number): void {
    for (let i = 0; i < this.touchedCount; i++) this.counts[this.touched[i]] = 0;
    if (this.errors > 0) this.#errorCounts.fill(0);
    this.touchedCount = 0;
    this.startMs = startMs;
    this.endMs = startMs + sizeMs;
    this.records = 0;
    this.errors = 0;
    this.newTemplates = 0;
    this.newRecords = 0;
    this.equal = 0;
    this.templates = 0;
    this.incomplete = false;
    this.releasing = false;
    this.releaseRecords = 0;
    this.upShare = 1;
    this.values.clear();
    // Those of the window before it must not show in a snapshot: an engine that is restored has another one's, or none.
    this.bytes = 0;
    this.sequenceSurprise = 0;
    this.uniqueUsers = this.addressEntropy = this.responseTimeAvgMs = this.responseTimeP95Ms = NaN;
    this.logVector.fill(0);
  }

  /** Counts a record of so many bytes and of this surprise (bits), and says how many of its template there are now. */
  add(template: number, error: number, bytes = 0, surpriseBits = 0): number {
    this.records++;
    this.errors += error;
    if (error > 0) this.#addErrors(template, error);
    this.values.bytes += bytes;
    this.values.surpriseBits += surpriseBits;
    return this.#count(template, 1);
  }

  /** Counts `more` records equal to one that is counted already. */
  addEqual(template: number, error: number, bytes: number, more: number): void {
    this.records += more;
    this.equal += more;
    this.errors += error * more;
    this.#addErrors(template, error * more);
    this.values.bytes += bytes * more;
    this.#count(template, more);
  }

  /** Adds a closed window that lies inside this one. */
  addWindow(part: WindowCounts): void {
    this.records += part.records;
    this.equal += part.equal;
    this.errors += part.errors;
    this.incomplete ||= part.incomplete;
    this.values.merge(part.values);
    for (let i = 0; i < part.touchedCount; i++) {
      const template = part.touched[i];
      this.#count(template, part.counts[template]);
      this.#addErrors(template, part.errorsOf(template));
    }
  }

  /** Becomes a copy of a sealed window. */
  copy(window: WindowFeatures): void {
    this.open(window.startMs, window.endMs - window.startMs);
    this.records = window.records;
    this.errors = window.errors;
    this.newTemplates = window.newTemplates;
    this.newRecords = window.newRecords;
    this.templates = window.templates;
    this.releasing = window.releasing === true;
    this.releaseRecords = window.releaseRecords ?? 0;
    this.upShare = window.upShare ?? 1;
    this.bytes = window.bytes;
    this.sequenceSurprise = window.sequenceSurprise;
    this.uniqueUsers = window.uniqueUsers;
    this.addressEntropy = window.addressEntropy;
    this.responseTimeAvgMs = window.responseTimeAvgMs;
    this.responseTimeP95Ms = window.responseTimeP95Ms;
    this.logVector.set(window.logVector);
    this.scores.merge(window.scores);
    this.sessions.add(window.sessions);
    for (let i = 0; i < window.touchedCount; i++) {
      const template = window.touched[i];
      this.#count(template, window.counts[template]);
      this.#addErrors(template, window.errorsOf(template));
    }
  }

  /** Works out what the detectors need when no more records come. */
  seal(templates: number): void {
    this.templates = templates;
    const { values } = this;
    this.bytes = values.bytes;
    this.sequenceSurprise = this.records === 0 ? 0 : values.surpriseBits / (this.records - this.equal);
    this.uniqueUsers = values.uniqueUsers();
    this.addressEntropy = values.addressEntropy();
    this.responseTimeAvgMs = values.meanDurationMs();
    this.responseTimeP95Ms = values.p95DurationMs();
    this.countNew();
  }

  /** Works out how many templates are new, and how many records are theirs. */
  countNew(): void {
    this.newTemplates = 0;
    this.newRecords = 0;
    for (let i = 0; i < this.touchedCount; i++) {
      if (!this.isNew(this.touched[i])) continue;
      this.newTemplates++;
      this.newRecords += this.counts[this.touched[i]];
    }
  }

  /** Works out `logVector`, once the window is sealed. */
  embed(vectors: TemplateVectors): void {
    vectors.sum(this.touched, this.touchedCount, this.counts, this.logVector);
  }

  /** Puts a template's count, and how many of these are errors, to something else; the window's sums stay as they are. */
  setCount(template: number, count: number, errors: number): void {
    this.clear(template);
    if (count === 0) return;
    this.#count(template, count);
    this.#addErrors(template, errors);
  }

  errorsOf(template: number): number {
    return template < this.#errorCounts.length ? this.#errorCounts[template] : 0;
  }

  isNew(template: number): boolean {
    return this.#births.bornMs[template] >= this.startMs;
  }

  isYoung(template: number): boolean {
    return this.#births.bornMs[template] >= 2 * this.startMs - this.endMs;
  }

  grow(capacity: number): void {
    this.counts = grown(this.counts, capacity);
    this.touched = grown(this.touched, capacity);
  }

  clear(index: number): void {
    this.sessions.forget(index);
    if (this.counts[index] === 0) return;
    this.counts[index] = 0;
    if (index < this.#errorCounts.length) this.#errorCounts[index] = 0;
    this.scores.forget(index);
    const place = this.touched.subarray(0, this.touchedCount).indexOf(index);
    this.touched.copyWithin(place, place + 1, this.touchedCount--);
  }

  merge(from: number, to: number): void {
    const count = this.counts[from];
    const errors = this.errorsOf(from);
    this.clear(from);
    // The slots of the two together are others.
    this.scores.forget(to);
    if (count > 0) this.#count(to, count);
    this.#addErrors(to, errors);
  }

  #addErrors(template: number, errors: number): void {
    if (errors === 0) return;
    if (template >= this.#errorCounts.length) this.#errorCounts = grown(this.#errorCounts, this.counts.length);
    this.#errorCounts[template] += errors;
  }

  #count(template: number, count: number): number {
    const before = this.counts[template];
    if (before === 0) this.touched[this.touchedCount++] = template;
    return (this.counts[template] = before + count);
  }

  save(to: StateWriter): void {
    to.number(this.touchedCount);
    to.column(this.touched, this.touchedCount);
    if (gathered.length < this.touchedCount) gathered = new Int32Array(this.touched.length);
    for (let i = 0; i < this.touchedCount; i++) gathered[i] = this.counts[this.touched[i]];
    to.column(gathered, this.touchedCount);
    for (let i = 0; i < this.touchedCount; i++) gathered[i] = this.errorsOf(this.touched[i]);
    to.column(gathered, this.touchedCount);
    const { startMs, endMs, records, errors, incomplete, newTemplates, newRecords, templates } = this;
    to.numbers(startMs, endMs, records, errors, newTemplates, newRecords, templates);
    to.numbers(incomplete ? 1 : 0, this.equal);
    const { bytes, sequenceSurprise, uniqueUsers, addressEntropy, responseTimeAvgMs, responseTimeP95Ms } = this;
    to.numbers(bytes, sequenceSurprise, uniqueUsers, addressEntropy, responseTimeAvgMs, responseTimeP95Ms);
    to.column(this.logVector);
    to.numbers(this.releasing ? 1 : 0, this.releaseRecords, this.upShare);
    this.values.save(to);
  }

  /** Fills a window that has room for the stream's templates. */
  load(from: StateReader): void {
    this.touchedCount = from.number();
    from.column(this.touched);
    const counts = new Int32Array(this.touchedCount);
    from.column(counts);
    const errorCounts = new Int32Array(this.touchedCount);
    from.column(errorCounts);
    for (let i = 0; i < this.touchedCount; i++) {
      this.counts[this.touched[i]] = counts[i];
      this.#addErrors(this.touched[i], errorCounts[i]);
    }
    const numbers = new Float64Array(7);
    from.column(numbers);
    [this.startMs, this.endMs, this.records, this.errors, this.newTemplates, this.newRecords, this.templates] = numbers;
    const more = new Float64Array(2);
    from.column(more);
    this.incomplete = more[0] === 1;
    this.equal = more[1];
    const traits = new Float64Array(6);
    from.column(traits);
    [this.bytes, this.sequenceSurprise, this.uniqueUsers, this.addressEntropy] = traits;
    [this.responseTimeAvgMs, this.responseTimeP95Ms] = traits.subarray(4);
    from.column(this.logVector);
    const release = new Float64Array(3);
    from.column(release);
    this.releasing = release[0] === 1;
    [, this.releaseRecords, this.upShare] = release;
    this.values.load(from);
  }
}

/** Numbers of templates that are written together; reused, since nothing is made per window then. */
let gathered = new Int32Array(0);
