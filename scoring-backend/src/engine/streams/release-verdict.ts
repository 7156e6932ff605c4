/** Which odd records belong to a release (stream-release.ts): new and long absent templates, and values never seen. */
import { RARE_MS } from './stream-release.ts';
import type { StreamState } from '../stream-state.ts';

/** Is a verdict on a record of this template the novelty that a release brings? `looked`: its values are in `watch`. */
export function isOfRelease(
  { release, watch, cadence }: StreamState,
  template: number,
  timeMs: number,
  severity: number,
  looked: boolean,
): boolean {
  if (!release.covers(timeMs) || severity >= ERROR) return false;
  const { finding, parameterMargin, parameters } = watch;
  if (looked && ((finding?.margin ?? 0) > 0 || (parameterMargin > 0 && parameters?.oddity === 'number'))) return false;
  return timeMs - cadence.lastMs[template] >= RARE_MS || (looked && parameterMargin > 0);
}

/** SeverityNumber of ERROR. */
const ERROR = 17;
