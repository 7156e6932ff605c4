/**
 * Which templates belong to the normal of a stream, by the windows that were learned: one that came in windows that were
 * set aside is as new as it was. And how rare a window's rarest template is: the share of learned windows that had it.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import type { TemplateBirths } from '../../windows/window-counts.ts';
import { NOT_READY, type Evidence, type Finding, type WindowFeatures } from '../detector.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../per-template.ts';
import { float64Column, grown } from '../../columns/small-columns.ts';

export class KnownTemplates implements TemplateBirths, PerTemplate {
  /** When a template was first learned, in ms; Infinity before. */
  bornMs = float64Column(INITIAL_TEMPLATES).fill(Infinity);
  /** By template, the learned windows that had it. */
  #windows = float64Column(INITIAL_TEMPLATES);
  /** By template, the windows with it that were set aside. */
  #aside = float64Column(INITIAL_TEMPLATES);
  #learned = 0;

  /** x of a window: −log10 of the share of learned windows that had its rarest template. */
  judge(window: WindowFeatures): Finding {
    if (this.#learned === 0) return NOT_READY;
    let template = -1;
    for (let i = 0; i < window.touchedCount; i++) {
      const index = window.touched[i];
      if (template < 0 || this.#windows[index] < this.#windows[template]) template = index;
    }
    if (template < 0) return { applicable: true, ready: true, magnitude: 0, evidence: [] };
    const magnitude = this.rarity(template);
    const expected = 10 ** -magnitude;
    const actual = window.counts[template];
    const kind = window.isNew(template) ? 'new_template' : 'rare_template';
    const evidence: Evidence = { kind, magnitude, expected, actual, unit: 'share', template };
    return { applicable: true, ready: true, magnitude, evidence: [evidence] };
  }

  /** −log10 of the share of learned windows that had a template. */
  rarity(template: number): number {
    return Math.max(0, -Math.log10((this.#windows[template] + 0.5) / (this.#learned + 1)));
  }

  /** x of a template that no learned window had. */
  get rarityOfNew(): number {
    return -Math.log10(0.5 / (this.#learned + 1));
  }

  learn(window: WindowFeatures): void {
    this.#learned++;
    for (let i = 0; i < window.touchedCount; i++) {
      const index = window.touched[i];
      if (this.#windows[index]++ === 0) this.bornMs[index] = window.startMs;
    }
  }

  /** A window was not learned. */
  setAside({ touched, touchedCount }: WindowFeatures): void {
    for (let i = 0; i < touchedCount; i++) this.#aside[touched[i]]++;
  }

  /** A template has become normal, in windows that were set aside: they count after all. */
  accept(template: number, { startMs }: WindowFeatures): void {
    this.bornMs[template] = Math.min(this.bornMs[template], startMs);
    this.#windows[template] = Math.min(this.#learned, this.#windows[template] + this.#aside[template]);
    this.#aside[template] = 0;
  }

  grow(capacity: number): void {
    const before = this.bornMs.length;
    this.bornMs = grown(this.bornMs, capacity);
    this.bornMs.fill(Infinity, before);
    this.#windows = grown(this.#windows, capacity);
    this.#aside = grown(this.#aside, capacity);
  }

  clear(index: number): void {
    this.bornMs[index] = Infinity;
    this.#windows[index] = this.#aside[index] = 0;
  }

  merge(from: number, to: number): void {
    this.bornMs[to] = Math.min(this.bornMs[to], this.bornMs[from]);
    // Windows may have had both.
    this.#windows[to] = Math.min(this.#learned, this.#windows[to] + this.#windows[from]);
    this.#aside[to] = Math.max(this.#aside[to], this.#aside[from]);
    this.clear(from);
  }

  save(to: StateWriter): void {
    to.number(this.bornMs.length);
    to.column(this.bornMs);
    to.column(this.#windows);
    to.column(this.#aside);
    to.number(this.#learned);
  }

  load(from: StateReader): void {
    this.grow(from.number());
    from.column(this.bornMs);
    from.column(this.#windows);
    from.column(this.#aside);
    this.#learned = from.number();
  }
}
