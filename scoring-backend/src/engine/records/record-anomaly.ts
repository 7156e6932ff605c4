/** A flagged record with all that is known about it: reasons, lines, explanation. */
import { MAGNITUDE_WITH_REASONS, scoreOfMagnitude } from '../../calibration/score.ts';
import { sidak } from '../../detectors/ensemble.ts';
import type { Explanation } from '../../explain/explanation.ts';
import { anomalyId } from '../../explain/ids.ts';
import { attackFigure } from '../../explain/record-findings.ts';
import { type RecordCause, recordExplanation } from '../../explain/record-explanation.ts';
import type { Anomaly, Reason } from '../outputs.ts';
import { MODEL } from '../pending-outputs.ts';
import type { StreamState } from '../stream-state.ts';

/**
 * The explanation of the record just judged, before it is learned. `looked`: the stream's watch has seen it, too.
 */
export function explainRecord(state: StreamState, template: number, looked: boolean): Explanation {
  const { records, watch } = state;
  const causes: RecordCause[] = [];
  const history = records.novelty.historyOf(template);
  const isNew = history.count === 0;
  const chance = isNew ? records.novelty.newChance : history.count / history.records;
  const named = state.named(template);
  const others = [...records.novelty.known()].filter((other) => other !== template);
  const nearest = state.nearest.find(named, others, (other) => state.named(other));
  if (records.magnitude >= MAGNITUDE_WITH_REASONS) {
    const left = records.magnitudeOf(nearest?.index ?? records.novelty.commonestTemplate());
    causes.push({
      name: `${isNew ? 'the new' : 'the rare'} kind of line${nearest === undefined ? '' : ' (as if it were the known one most like it)'}`,
      contribution: { feature: isNew ? 'new_template' : 'rare_template', expected: chance, actual: 1 },
      magnitude: records.magnitude,
      margin: records.margin,
      left: { magnitude: left, margin: left - records.budget },
    });
  }
  const parameter =
    looked && watch.parameterMagnitude >= MAGNITUDE_WITH_REASONS ? watch.oddParameter(template) : undefined;
  if (parameter !== undefined) {
    const { oddity, name, value, expected } = parameter;
    const figure = oddity === 'number' ? { expected, actual: numberIn(value) } : { expected: 0, actual: 1 };
    causes.push({
      name: `the odd value${name === '' ? '' : ` after “${name}”`}`,
      contribution: { feature: `value${name === '' ? '' : ` after “${name}”`}`, ...figure },
      magnitude: sidak(watch.parameterMagnitude, 2),
      margin: watch.parameterMargin,
      left: NOTHING,
    });
  }
  const finding = looked ? watch.finding : undefined;
  if (finding !== undefined && finding.magnitude >= MAGNITUDE_WITH_REASONS) {
    const { kind, expected, actual, magnitude, margin } = finding;
    causes.push({
      name: `the ${kind.replaceAll('_', ' ')}`,
      contribution: { feature: attackFigure(finding), expected, actual },
      ...{ magnitude, margin, left: NOTHING },
    });
  }
  const magnitude = looked ? watch.magnitude : records.magnitude;
  const usualValues = parameter === undefined ? undefined : watch.parameters?.usual(template);
  // A line that is known has itself as the nearest one.
  const nearestTemplate = isNew ? nearest : undefined;
  return recordExplanation({ template: named, chance, magnitude, causes, nearestTemplate, usualValues });
}

export function recordAnomaly(
  state: StreamState,
  template: number,
  timeMs: number,
  why: { readonly reasons: readonly Reason[]; readonly explanation: Explanation },
  looked: boolean,
): Anomaly {
  const { magnitude, margin } = looked ? state.watch : state.records;
  const { id, text } = state.named(template);
  const actor = looked ? (state.watch.finding?.actor ?? '') : '';
  return {
    id: anomalyId(state.identity, 'record', timeMs, actor === '' ? id : `${id} ${actor}`),
    stream: state.identity,
    unit: 'record',
    ...{ startMs: timeMs, endMs: timeMs, magnitude, score: scoreOfMagnitude(magnitude) },
    ...{ confidence: state.records.confidence, margin, ...why, templateId: id, template: text },
    examples: state.examples.of(template, id, timeMs, timeMs + 1),
    model: MODEL,
  };
}

function numberIn(value: string): number {
  const number = Number.parseFloat(value);
  return Number.isFinite(number) ? number : 1;
}

const NOTHING = { magnitude: 0, margin: -Infinity } as const;
