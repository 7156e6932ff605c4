/**
 * Releases and restarts of a service, so that what is new because of one is one event and not an alarm per template: a
 * `service.version` never seen before, or a start, which shows as many lines within a minute that are new or have not
 * come for hours (WARN and above do not count: that may be a fault). What is new for some time from then on (templates,
 * values never seen, sessions that go another way) belongs to it and does not alarm. Errors, rates, silence, numbers that
 * move and new templates that begin in numbers long after it are judged as ever: a release may be what breaks a service.
 */
import type { PerTemplate } from '../../detectors/per-template.ts';
import type { TemplateHistory } from '../../explain/reasons.ts';
import type { WindowCounts } from '../../windows/window-counts.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

/** A release that is over. */
export interface Release {
  /** Its first line, and until when new things were taken for its own. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** '' when it was known by its lines only. */
  readonly version: string;
  /** Templates that came with it. */
  readonly templates: readonly number[];
}

export class StreamRelease implements PerTemplate {
  #firstMs = -1;
  /** Lines of the last minute that were new or long absent: time, template, was it new? */
  #arrivals: [number, number, number][] = [];
  /** Such lines per minute, over the last hour, as of the last one. */
  #perMinute = 0;
  /** The release that runs or ran last: −1 none. While it runs `#untilMs` is Infinity. */
  #sinceMs = -1;
  #untilMs = -1;
  #recordsBefore = 0;
  /** Records of closed windows since the release. */
  #records = 0;
  #version = '';
  #templates: number[] = [];
  #versions: string[] = [];
  readonly #tell: (release: Release) => void;

  constructor(tell: (release: Release) => void) {
    this.#tell = tell;
  }

  /** A record has come whose template came last RARE_MS ago or longer; `gap`: so many of the stream's `records` ago. */
  arrived(template: number, timeMs: number, { count, records, gap }: Omit<TemplateHistory, 'newChance'>): void {
    const isNew = count === 0;
    // In a stream of few records hours are no long absence.
    if (!isNew && gap < RARE_RECORDS) return;
    if (this.#firstMs < 0) this.#firstMs = timeMs;
    if (this.#untilMs === Infinity) {
      if (isNew) this.#add(template);
      return;
    }
    const last = this.#arrivals.at(-1)?.[0] ?? timeMs;
    this.#perMinute = this.#perMinute * Math.exp(-Math.max(0, timeMs - last) / HOUR_MS) + MINUTE_MS / HOUR_MS;
    this.#arrivals = this.#arrivals.filter(([at, other]) => at > timeMs - MINUTE_MS && other !== template);
    this.#arrivals.push([timeMs, template, isNew ? 1 : 0]);
    const { length } = this.#arrivals;
    const usual = Math.max(0, this.#perMinute - (length * MINUTE_MS) / HOUR_MS);
    if (length >= Math.round(LINES_OF_START * (1 + usual))) this.#begin(this.#arrivals[0][0], records);
  }

  /** Records of this version come. */
  version(text: string, timeMs: number, records: number): void {
    if (this.#versions.includes(text)) return;
    const isFirst = this.#versions.length === 0;
    this.#versions = [...this.#versions, text].slice(-MOST_VERSIONS);
    if (isFirst) return;
    if (this.#untilMs !== Infinity) this.#begin(timeMs, records);
    this.#version = text;
  }

  /** Does this time belong to a release? */
  covers(startMs: number, endMs = startMs): boolean {
    return this.#sinceMs >= 0 && endMs >= this.#sinceMs - MINUTE_MS && startMs < this.#untilMs;
  }

  /** As `covers`, and the stream was known before the release. */
  changes(startMs: number, endMs: number): boolean {
    return !this.#isOfFirstLines && this.covers(startMs, endMs);
  }

  /** A window of 30 s has closed, with so many records. */
  saw(startMs: number, records: number): void {
    if (startMs >= this.#sinceMs) this.#records += records;
  }

  /** Records of the release before the window that closed last, which has so many: what came with it has shown in them. */
  recordsBefore(records: number): number {
    return this.#isOfFirstLines ? 0 : Math.max(0, this.#records - records);
  }

  /** Notes in a closed window what a release has to do with it. */
  mark(window: WindowCounts): void {
    const { startMs, endMs } = window;
    window.releasing = this.covers(startMs, endMs);
    window.releaseRecords = window.releasing ? this.recordsBefore(window.records) : 0;
    window.upShare = this.#upShare(startMs, endMs);
  }

  /** The share of a time in which the service ran for sure: before it starts it may be down for a minute. */
  #upShare(startMs: number, endMs: number): number {
    if (this.#sinceMs < 0 || this.#isOfFirstLines) return 1;
    const downMs = Math.min(endMs, this.#sinceMs) - Math.max(startMs, this.#sinceMs - MINUTE_MS);
    return 1 - Math.max(0, downMs) / (endMs - startMs);
  }

  /** The first lines of a stream are no release: all of it is new for a while, a job that comes by the hour too. */
  get #isOfFirstLines(): boolean {
    return this.#sinceMs < this.#firstMs + HOUR_MS;
  }

  /** Time has passed, and so many records: tells a release that is over now. */
  passed(timeMs: number, records: number): void {
    if (this.#untilMs !== Infinity) return;
    const lasted = timeMs - this.#sinceMs;
    if (lasted < LEAST_MS || (lasted < MOST_MS && records - this.#recordsBefore < ENOUGH_RECORDS)) return;
    this.#untilMs = timeMs;
    this.#arrivals = [];
    if (this.#version === '' && this.#isOfFirstLines) return;
    this.#tell({ sinceMs: this.#sinceMs, untilMs: timeMs, version: this.#version, templates: this.#templates });
  }

  #begin(sinceMs: number, records: number): void {
    this.#sinceMs = sinceMs;
    this.#untilMs = Infinity;
    this.#recordsBefore = records;
    this.#records = 0;
    this.#version = '';
    this.#templates = [];
    for (const [, template, isNew] of this.#arrivals) if (isNew === 1) this.#add(template);
  }

  #add(template: number): void {
    if (this.#templates.length < MOST_TEMPLATES) this.#templates.push(template);
  }

  grow(): void {
    // Few templates are kept, by their index.
  }

  clear(index: number): void {
    this.#templates = this.#templates.filter((template) => template !== index);
    this.#arrivals = this.#arrivals.filter(([, template]) => template !== index);
  }

  merge(from: number, to: number): void {
    if (this.#templates.includes(from) && !this.#templates.includes(to)) this.#add(to);
    this.clear(from);
  }

  save(to: StateWriter): void {
    const times = [this.#firstMs, this.#perMinute, this.#sinceMs, this.#untilMs];
    to.numbers(...times, this.#recordsBefore, this.#records);
    to.text(JSON.stringify([this.#version, this.#versions, this.#templates, this.#arrivals]));
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(6);
    from.column(numbers);
    [this.#firstMs, this.#perMinute, this.#sinceMs, this.#untilMs, this.#recordsBefore, this.#records] = numbers;
    [this.#version, this.#versions, this.#templates, this.#arrivals] = JSON.parse(from.text()) as [
      string,
      string[],
      number[],
      [number, number, number][],
    ];
  }
}

/** Absent for so long, a template's next line may be one of a start. */
export const RARE_MS = 3 * 3_600_000;
const RARE_RECORDS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Lines within a minute that make a start, where there are none usually. */
const LINES_OF_START = 5;
/**
 * What is new belongs to a release for so long, and until so many records have shown it (what is a twentieth of the
 * traffic some twenty times over), but no longer than that.
 */
const LEAST_MS = 10 * MINUTE_MS;
const MOST_MS = 2 * HOUR_MS;
const ENOUGH_RECORDS = 2_000;
const MOST_VERSIONS = 16;
const MOST_TEMPLATES = 100;
