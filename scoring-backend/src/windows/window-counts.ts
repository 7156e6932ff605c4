/** The counts of one window of one stream, while it fills and when it is judged. Instances are reused. */
import type { StateReader, StateWriter } from '../engine/state-codec.ts';
import type { WindowFeatures } from '../detectors/detector.ts';
import { grown, INITIAL_TEMPLATES, type PerTemplate } from '../detectors/per-template.ts';

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
  incomplete = false;
  templates = 0;
  touchedCount = 0;
  touched = new Int32Array(INITIAL_TEMPLATES);
  counts = new Int32Array(INITIAL_TEMPLATES);
  readonly #births: TemplateBirths;

  constructor(births: TemplateBirths) {
    this.#births = births;
  }

  /** Begins anew. */
  open(startMs: number, sizeMs: number): void {
    for (let i = 0; i < this.touchedCount; i++) this.counts[this.touched[i]] = 0;
    this.touchedCount = 0;
    this.startMs = startMs;
    this.endMs = startMs + sizeMs;
    this.records = 0;
    this.errors = 0;
    this.newTemplates = 0;
    this.newRecords = 0;
    this.templates = 0;
    this.incomplete = false;
  }

  /** Counts a record, and says how many of its template there are now. */
  add(template: number, error: number): number {
    this.records++;
    this.errors += error;
    return this.#count(template, 1);
  }

  /** Adds a closed window that lies inside this one. */
  addWindow(part: WindowCounts): void {
    this.records += part.records;
    this.errors += part.errors;
    this.incomplete ||= part.incomplete;
    for (let i = 0; i < part.touchedCount; i++) this.#count(part.touched[i], part.counts[part.touched[i]]);
  }

  /** Becomes a copy of a sealed window. */
  copy(window: WindowFeatures): void {
    this.open(window.startMs, window.endMs - window.startMs);
    this.records = window.records;
    this.errors = window.errors;
    this.newTemplates = window.newTemplates;
    this.newRecords = window.newRecords;
    this.templates = window.templates;
    for (let i = 0; i < window.touchedCount; i++) this.#count(window.touched[i], window.counts[window.touched[i]]);
  }

  /** Works out what the detectors need when no more records come. */
  seal(templates: number): void {
    this.templates = templates;
    this.newTemplates = 0;
    this.newRecords = 0;
    for (let i = 0; i < this.touchedCount; i++) {
      if (!this.isNew(this.touched[i])) continue;
      this.newTemplates++;
      this.newRecords += this.counts[this.touched[i]];
    }
  }

  isNew(template: number): boolean {
    return this.#births.bornMs[template] >= this.startMs;
  }

  grow(capacity: number): void {
    this.counts = grown(this.counts, capacity);
    this.touched = grown(this.touched, capacity);
  }

  clear(index: number): void {
    if (this.counts[index] === 0) return;
    this.counts[index] = 0;
    const place = this.touched.subarray(0, this.touchedCount).indexOf(index);
    this.touched.copyWithin(place, place + 1, this.touchedCount--);
  }

  merge(from: number, to: number): void {
    const count = this.counts[from];
    this.clear(from);
    if (count > 0) this.#count(to, count);
  }

  #count(template: number, count: number): number {
    const before = this.counts[template];
    if (before === 0) this.touched[this.touchedCount++] = template;
    return (this.counts[template] = before + count);
  }

  save(to: StateWriter): void {
    to.number(this.touchedCount);
    to.column(this.touched, this.touchedCount);
    to.column(Int32Array.from(this.touched.subarray(0, this.touchedCount), (index) => this.counts[index]));
    const { startMs, endMs, records, errors, incomplete, newTemplates, newRecords, templates } = this;
    to.column(
      Float64Array.of(startMs, endMs, records, errors, newTemplates, newRecords, templates, incomplete ? 1 : 0),
    );
  }

  /** Fills a window that has room for the stream's templates. */
  load(from: StateReader): void {
    this.touchedCount = from.number();
    from.column(this.touched);
    const counts = new Int32Array(this.touchedCount);
    from.column(counts);
    for (let i = 0; i < this.touchedCount; i++) this.counts[this.touched[i]] = counts[i];
    const numbers = new Float64Array(8);
    from.column(numbers);
    [this.startMs, this.endMs, this.records, this.errors, this.newTemplates, this.newRecords, this.templates] = numbers;
    this.incomplete = numbers[7] === 1;
  }
}
