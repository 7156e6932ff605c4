/**
 * The new templates of a window that are to be judged: all of them, or, while a release runs, those that begin too late
 * and in too many records to be a part of it. What a release brings shows as soon as records come: if the n records that
 * a template has in a window of W were spread over the R records of the release before it as well, the chance that none
 * of them fell there is (W choose n) / (R + W choose n).
 */
import type { WindowFeatures } from '../detector.ts';
import { sidak } from '../ensemble.ts';

export interface NewOfWindow {
  readonly templates: number;
  readonly records: number;
  /** The one with most records. */
  readonly template: number;
  /** −log10 of the chance that they are a part of the release: they are at most as odd as that. */
  readonly byRelease: number;
}

/** `undefined` when a release explains them all. */
export function newOfWindow(window: WindowFeatures): NewOfWindow | undefined {
  const byRelease = window.releasing === true && !hasNewErrors(window);
  let [templates, records, template, latest] = [0, 0, -1, 0];
  for (let i = 0; i < window.touchedCount; i++) {
    const index = window.touched[i];
    if (!window.isNew(index)) continue;
    const count = window.counts[index];
    const late = byRelease ? lateness(count, window) : Infinity;
    if (late < LATE_FROM) continue;
    templates++;
    records += count;
    latest = Math.max(latest, late);
    if (template < 0 || count > window.counts[template]) template = index;
  }
  if (!byRelease) return { templates: window.newTemplates, records: window.newRecords, template, byRelease: Infinity };
  return templates === 0 ? undefined : { templates, records, template, byRelease: sidak(latest, window.newTemplates) };
}

/** Errors are no part of a release. */
function hasNewErrors(window: WindowFeatures): boolean {
  for (let i = 0; i < window.touchedCount; i++) {
    const index = window.touched[i];
    if (window.isNew(index) && window.errorsOf(index) > 0) return true;
  }
  return false;
}

function lateness(count: number, { records, releaseRecords = 0 }: WindowFeatures): number {
  if (count < IN_NUMBERS) return 0;
  let magnitude = 0;
  for (let i = 0; i < Math.min(count, MOST_COUNTED); i++)
    magnitude += Math.log10((releaseRecords + records - i) / (records - i));
  return magnitude;
}

/** One template of a release in a hundred begins as late. */
const LATE_FROM = 2;
/** Fewer records may be of one or two requests, a rare kind that the release has changed: they do not come one by one. */
const IN_NUMBERS = 8;
/** So many say enough. */
const MOST_COUNTED = 100;
