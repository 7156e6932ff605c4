/**
 * A window as it would be without one of the causes named for it: counts, shares and figures put to what is expected. What
 * nobody can know of such a window (the order of its records, their bytes) is not known in it.
 */
import type { Evidence, WindowFeatures } from '../detectors/detector.ts';
import type { TemplateVectors } from '../windows/log-vector.ts';
import { WindowCounts, type TemplateBirths } from '../windows/window-counts.ts';

export class AlteredWindow {
  readonly window: WindowCounts;
  readonly #vectors: TemplateVectors | undefined;

  /** @param capacity templates that the window has room for */
  constructor(window: WindowFeatures, births: TemplateBirths, capacity: number, vectors?: TemplateVectors) {
    this.window = new WindowCounts(births);
    this.window.grow(capacity);
    this.window.copy(window);
    this.window.incomplete = window.incomplete;
    this.#vectors = vectors;
  }

  /** Takes a cause away; false when it is none that lies in the window's records (a silence). */
  remove(evidence: Evidence): boolean {
    const { kind, template, expected, actual } = evidence;
    if (kind === 'template_rate' && template >= 0) this.#setCount(template, Math.round(expected));
    else if (kind === 'rate' && actual > 0) this.#scale(expected / actual);
    else if (kind === 'error_rate') this.window.errors = Math.round(expected * this.window.records);
    else if (kind === 'value_shift' && template >= 0) this.window.scores.forget(template);
    else if (kind === 'new_template') this.#removeNew(template);
    else if (evidence.contributions !== undefined) return this.#usualFigures(evidence.contributions);
    else return false;
    return true;
  }

  #setCount(template: number, count: number): void {
    const { window } = this;
    const before = window.counts[template];
    const errors = before === 0 ? 0 : Math.round((window.errorsOf(template) * count) / before);
    window.errors += errors - window.errorsOf(template);
    window.records += count - before;
    window.setCount(template, count, errors);
    this.#recount();
  }

  #scale(factor: number): void {
    const { window } = this;
    for (const template of window.touched.slice(0, window.touchedCount)) {
      const errors = Math.round(window.errorsOf(template) * factor);
      window.setCount(template, Math.round(window.counts[template] * factor), errors);
    }
    window.records = Math.round(window.records * factor);
    window.errors = Math.round(window.errors * factor);
    this.#recount();
  }

  /** @param named the one that is told: it may have come in the window before already */
  #removeNew(named: number): void {
    const { window } = this;
    for (const template of window.touched.slice(0, window.touchedCount))
      if (window.isNew(template) || template === named) this.#setCount(template, 0);
    this.#recount();
  }

  /** The figures most to blame, until they make up half of what is odd. */
  #usualFigures(contributions: NonNullable<Evidence['contributions']>): boolean {
    const { window } = this;
    let share = 0;
    let done = false;
    for (const { feature, expected, actual, share: own } of contributions) {
      if (share >= HALF) break;
      share += own;
      if (feature === 'event_count' && actual > 0) this.#scale(expected / actual);
      else if (feature === 'error_rate') window.errors = Math.round(expected * window.records);
      else if (feature === 'unique_users') window.uniqueUsers = expected;
      else if (feature === 'ip_entropy') window.addressEntropy = expected;
      else if (feature === 'response_time_avg') window.responseTimeAvgMs = expected;
      else if (feature === 'response_time_p95') window.responseTimeP95Ms = expected;
      else if (feature === 'sequence_surprise') window.sequenceSurprise = expected;
      else if (feature === 'bytes_per_record') window.bytes = expected * window.records;
      else continue;
      done = true;
    }
    return done;
  }

  #recount(): void {
    const { window } = this;
    window.countNew();
    window.bytes = NaN;
    window.sequenceSurprise = NaN;
    if (this.#vectors !== undefined) window.embed(this.#vectors);
  }
}

const HALF = 0.5;
