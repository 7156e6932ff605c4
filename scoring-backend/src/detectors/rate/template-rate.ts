/**
 * Too many or too few records of one template, each against its own history. A count may be explained in four ways, and
 * is as odd as the best of them says: by the template's level (template-levels.ts), by the level in proportion to the rest
 * of the stream (when traffic doubles, most templates do: that is the stream's affair), to its season or to the time that
 * the service was up, as a burst of something rare (burst-size.ts), and by a mode that the template is known to have
 * (recurring.ts).
 *
 * Only *steady* templates (usually several per window) can be missed, and they are looked at always; single absences of
 * rarer ones are the business of silence.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { NOT_READY, type Evidence, type Finding, type WindowFeatures } from '../detector.ts';
import { sidak } from '../ensemble.ts';
import type { PerTemplate } from '../per-template.ts';
import { twoSidedMagnitude, upperMagnitude } from '../statistics/negative-binomial.ts';
import { MOSTLY_PRESENT } from './count-level.ts';
import { RecurringStates } from './recurring.ts';
import { LEARNED, TemplateLevels } from './template-levels.ts';

/** How often a template came in a window, and by its level should have; NaN while that is not known. */
export interface TemplateCount {
  readonly template: number;
  readonly count: number;
  readonly expected: number;
}

export class TemplateRate implements PerTemplate {
  readonly #levels = new TemplateLevels();
  readonly #modes = new RecurringStates();

  /** @param season by which the stream's season lifts or lowers this window above those before it */
  judge(window: WindowFeatures, season = 1): Finding {
    if (!this.#levels.ready) return NOT_READY;
    this.#modes.count();
    const found: Evidence[] = [];
    let largest = 0;
    this.#levels.each(window, (index) => {
      const evidence = this.#look(index, window, season);
      if (evidence === undefined) return;
      largest = Math.max(largest, evidence.magnitude);
      if (evidence.magnitude > WORTH_TELLING) found.push(evidence);
    });
    found.sort((a, b) => b.magnitude - a.magnitude || a.template - b.template);
    const magnitude = sidak(largest, window.templates);
    return { applicable: true, ready: true, magnitude, evidence: found.slice(0, MOST_TOLD) };
  }

  /** The counts of the templates that came in a window, and of the steady ones that did not. */
  counts(window: WindowFeatures): TemplateCount[] {
    const found: TemplateCount[] = [];
    this.#levels.each(window, (template) => {
      this.#levels.catchUp(template);
      const expected = this.#levels.weight(template) < LEARNED ? NaN : this.#levels.expected(template);
      found.push({ template, count: window.counts[template], expected });
    });
    return found;
  }

  learn(window: WindowFeatures): void {
    this.#levels.each(window, (index) => {
      if (this.#byLevel(index, window) > ODD && this.#note(index, window)) this.#levels.passOver(index);
      else this.#levels.learn(index, window.counts[index]);
    });
    this.#levels.endWindow(window.records);
  }

  /** Takes in a window that is not learned, because it was flagged. */
  noteOdd(window: WindowFeatures): void {
    if (!this.#levels.ready) return;
    this.#levels.each(window, (index) => {
      if (this.#byLevel(index, window) > ODD) this.#note(index, window);
    });
  }

  loosen(): void {
    this.#levels.loosen();
  }

  grow(capacity: number): void {
    this.#levels.grow(capacity);
  }

  clear(index: number): void {
    this.#levels.clear(index);
    this.#modes.clear(2 * index);
    this.#modes.clear(2 * index + 1);
  }

  merge(from: number, to: number): void {
    this.#levels.merge(from, to);
    this.#modes.merge(2 * from, 2 * to);
    this.#modes.merge(2 * from + 1, 2 * to + 1);
  }

  #look(index: number, window: WindowFeatures, season: number): Evidence | undefined {
    const byLevel = this.#byLevel(index, window, season);
    if (byLevel === 0) return undefined;
    const actual = window.counts[index];
    const magnitude = this.#modes.explained(
      this.#key(index, window),
      byLevel,
      this.#size(index, window),
      window.startMs,
    );
    const expected = this.#levels.expected(index);
    return { kind: 'template_rate', magnitude, expected, actual, unit: 'records', template: index };
  }

  /** How odd the count is, modes aside. */
  #byLevel(index: number, window: WindowFeatures, season = 1): number {
    this.#levels.catchUp(index);
    const weight = this.#levels.weight(index);
    // Before its first learned window a template is new: novelty's business.
    if (weight < LEARNED) return 0;
    const count = window.counts[index];
    const { mean, variance } = this.#levels.predict(index, 1);
    const distance = count - mean;
    // Within two standard deviations nothing can come of it; saves the tail's computation for nearly all.
    if (distance * distance < 4 * variance) return 0;
    if (distance < 0 && (window.incomplete || weight < MIN_WINDOWS_TO_MISS)) return 0;
    const tail = this.#levels.isSteady(index) ? twoSidedMagnitude : upperMagnitude;
    let magnitude = tail(count, mean, variance);
    const present = this.#levels.presence(index);
    if (distance > 0 && present <= MOSTLY_PRESENT) {
      const burst = -Math.log10(present) + this.#levels.burst(index, count);
      magnitude = Math.min(magnitude, burst);
    }
    const others = (window.records - count + 1) / (Math.max(0, this.#levels.records - mean) + 1);
    for (const factor of [others, season, window.upShare ?? 1]) {
      if (magnitude === 0 || factor === 1 || factor > 1 !== distance > 0) continue;
      const inProportion = this.#levels.predict(index, factor);
      const stillOdd = (count - inProportion.mean) * distance > 0;
      magnitude = stillOdd ? Math.min(magnitude, tail(count, inProportion.mean, inProportion.variance)) : 0;
    }
    return magnitude;
  }

  /** A template has two modes: more than its level, and less. */
  #key(index: number, window: WindowFeatures): number {
    return 2 * index + (this.#levels.isAbove(index, window.counts[index]) ? 1 : 0);
  }

  /** What a mode is a size of: records above the level; below it, how many times fewer they are. */
  #size(index: number, window: WindowFeatures): number {
    const count = window.counts[index];
    return this.#levels.isAbove(index, count) ? count + 1 : (this.#levels.expected(index) + 1) / (count + 1);
  }

  /** True when the count belongs to a mode, and not to the level. */
  #note(index: number, window: WindowFeatures): boolean {
    return this.#modes.note(this.#key(index, window), window.startMs, window.endMs, this.#size(index, window));
  }

  save(to: StateWriter): void {
    this.#levels.save(to);
    this.#modes.save(to);
  }

  load(from: StateReader): void {
    this.#levels.load(from);
    this.#modes.load(from);
  }
}

const MIN_WINDOWS_TO_MISS = 4;
/** Magnitude by the level alone from which a count may be a mode's. */
const ODD = 4;
const WORTH_TELLING = 1.3;
const MOST_TOLD = 3;
