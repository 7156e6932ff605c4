/** Why a record's score is what it is: the attack it belongs to, its odd parameter, its template's rarity. */
import { MAGNITUDE_WITH_REASONS } from '../../calibration/score.ts';
import { knownText, parameterReason, securityReason } from '../../explain/record-findings.ts';
import { recordReason } from '../../explain/reasons.ts';
import type { Reason } from '../outputs.ts';
import type { StreamState } from '../stream-state.ts';

/**
 * The one reason for a record of an attacker that was spoken of, in words found before: a flood of such records shall not
 * cost more than others. Undefined when there is more to say.
 */
export function reasonSaidBefore({ records, watch }: StreamState): string | undefined {
  const { finding } = watch;
  if (finding?.margin !== 0 || records.magnitude >= MAGNITUDE_WITH_REASONS) return undefined;
  return watch.parameterMagnitude >= MAGNITUDE_WITH_REASONS ? undefined : knownText(finding);
}

/** The reasons for the record just judged, most important first. `looked`: the stream's watch has seen it, too. */
export function recordReasons(state: StreamState, template: number, looked: boolean): readonly Reason[] {
  const { records, watch } = state;
  const named = state.named(template);
  const reasons: Reason[] = [];
  if (records.magnitude >= MAGNITUDE_WITH_REASONS || !looked)
    reasons.push(recordReason(named, records.novelty.historyOf(template), records.magnitude));
  if (!looked) return reasons;
  if (watch.parameterMagnitude >= MAGNITUDE_WITH_REASONS) {
    const parameter = watch.oddParameter(template);
    if (parameter !== undefined) reasons.push(parameterReason(parameter, named));
  }
  reasons.sort((a, b) => b.magnitude - a.magnitude);
  const { finding } = watch;
  // A rule names who did what: it stands first even where the line itself is rarer.
  if (finding !== undefined && finding.magnitude >= MAGNITUDE_WITH_REASONS)
    reasons.unshift(securityReason(finding, named));
  return reasons;
}
