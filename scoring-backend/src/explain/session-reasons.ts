/** Evidence about a session in words for people. */
import type { SessionEvidence } from '../detectors/sequence/session-evidence.ts';
import type { Reason } from '../engine/outputs.ts';
import { amount, type NamedTemplate, percent, quoted } from './reasons.ts';

/** A session's reason. `named` gives the text of a template. */
export function sessionReason(
  evidence: SessionEvidence,
  key: string,
  named: (template: number) => NamedTemplate,
): Reason {
  const { kind, magnitude, expected, actual, unit } = evidence;
  const blamed = evidence.template >= 0 ? evidence.template : kind === 'session_end' ? evidence.after : -1;
  const template = blamed < 0 ? undefined : named(blamed);
  const about = template === undefined ? {} : { templateId: template.id, template: template.text };
  const text = `session ${key}: ${sessionText(evidence, named)}`;
  return { kind, text, expected, actual, unit, magnitude, ...about };
}

function sessionText(evidence: SessionEvidence, named: (template: number) => NamedTemplate): string {
  const { kind, expected, actual } = evidence;
  const name = evidence.template < 0 ? 'something' : quoted(named(evidence.template).text);
  const after = evidence.after < 0 ? '' : quoted(named(evidence.after).text);
  const usual =
    evidence.instead < 0
      ? `its end was expected (${percent(expected)})`
      : `${quoted(named(evidence.instead).text)} was expected (${percent(expected)})`;
  switch (kind) {
    case 'sequence':
      return after === '' ? `it began with ${name}; ${usual}` : `${name} came after ${after}; ${usual}`;
    case 'session_end':
      return `it ended after ${after}; ${usual}`;
    case 'session_counts':
      return `${name} came ${amount(actual)} times, ${amount(expected)} in the sessions most like it`;
    case 'rare_template':
      return `${name} comes in ${percent(expected)} of the sessions`;
    case 'duration':
      return `it took ${amount(actual)} s, usually about ${amount(expected)} s`;
    case 'error_rate':
      return `${percent(actual)} of its records were errors, expected about ${percent(expected)}`;
  }
}
