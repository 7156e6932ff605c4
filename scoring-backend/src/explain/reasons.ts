/** Evidence in words for people: what was expected, what came. */
import type { Reason } from '../engine/outputs.ts';
import type { Evidence } from '../detectors/detector.ts';

export interface NamedTemplate {
  readonly id: string;
  readonly text: string;
}

/** A window's reason. `seconds` is the window's length. */
export function windowReason(evidence: Evidence, template: NamedTemplate | undefined, seconds: number): Reason {
  const { kind, magnitude, expected, actual, unit } = evidence;
  const about = template === undefined ? {} : { templateId: template.id, template: template.text };
  return { kind, text: windowText(evidence, template, seconds), expected, actual, unit, magnitude, ...about };
}

/** What a stream knew of a record's template before the record came. */
export interface TemplateHistory {
  /** Records of the template, and of the stream. */
  readonly count: number;
  readonly records: number;
  /** Records since the template's last one. */
  readonly gap: number;
  /** Chance that a record of the stream is of a new template. */
  readonly newChance: number;
}

/** A record's reason: its template was never seen, is rare here, or comes after a pause that is. */
export function recordReason(template: NamedTemplate, history: TemplateHistory, magnitude: number): Reason {
  const { count, records, gap, newChance } = history;
  const about = { templateId: template.id, template: template.text, magnitude };
  const name = quoted(template.text);
  if (count === 0)
    return {
      kind: 'new_template',
      text: `${name} was never seen before`,
      expected: newChance,
      actual: 1,
      unit: 'records',
      ...about,
    };
  const every = records / count;
  if (every * WORTH_A_PAUSE < 10 ** magnitude) {
    const text = `${name} comes about every ${amount(every)} records, this time after ${amount(gap)}`;
    return { kind: 'rare_template', text, expected: every, actual: gap, unit: 'records', ...about };
  }
  const text = `${name} is rare: about 1 in ${amount(every)} records`;
  return { kind: 'rare_template', text, expected: 1 / every, actual: 1 / (records + 1), unit: 'share', ...about };
}

/** A record so many times rarer than its template is so by the pause before it. */
const WORTH_A_PAUSE = 3;

/** While a stream is young: how well it is known. */
export function learningReason(confidence: number): Reason {
  const text = `learning ${Math.round(confidence * 100)} %`;
  return { kind: 'learning', text, expected: 1, actual: confidence, unit: 'share', magnitude: 0 };
}

/** A state that was odd for a day is the stream's normal from now on. */
export function newNormalReason(hours: number): Reason {
  const text = `this state has lasted ${amount(hours)} hours and is taken as normal from now on`;
  return { kind: 'learning', text, expected: 1, actual: 1, unit: 'share', magnitude: 0 };
}

function windowText(evidence: Evidence, template: NamedTemplate | undefined, seconds: number): string {
  const { kind, expected, actual, unit } = evidence;
  const name = template === undefined ? '' : quoted(template.text);
  const span = seconds < 120 ? `${seconds} s` : `${seconds / 60} min`;
  switch (kind) {
    case 'rate':
      return `${amount(actual)} records in ${span}, expected about ${amount(expected)}`;
    case 'template_rate':
      return `${name} came ${amount(actual)} times in ${span}, expected about ${amount(expected)}`;
    case 'error_rate':
      return `${percent(actual)} of the records were errors, expected about ${percent(expected)}`;
    case 'silence':
      return `${name} has been silent for ${amount(actual)} s, it comes every ${amount(expected)} s`;
    case 'odd_sessions': {
      const about = template === undefined ? '' : `, the oddest by ${name}`;
      return `${percent(actual)} of the sessions that ended in ${span} were odd, expected about ${percent(expected)}${about}`;
    }
    case 'value_shift':
      return shiftText(evidence, name);
    case 'feature':
      return figureText(evidence, span);
    case 'unusual_window':
      return `unusual as a whole: ${figureText(evidence, span)}`;
    default:
      return unit === 'share'
        ? `${percent(actual)} of the records in ${span} were of kinds never seen before, most often ${name}`
        : `${amount(actual)} new kinds of message in ${span}, expected about ${amount(expected)}, most often ${name}`;
  }
}

/** Values that have moved: of one place in a template, or all over. */
function shiftText({ value, expected, actual, template }: Evidence, name: string): string {
  if (template < 0)
    return `${amount(actual)} kinds of numbers are ${value?.name ?? 'off'} than usual, expected about ${amount(expected)}`;
  const unit = value?.unit === undefined ? '' : ` ${value.unit}`;
  const what = value === undefined || value.name === '' ? 'a number' : `“${value.name}”`;
  return `${what} is ${amount(actual)}${unit} on average in ${name}, expected about ${amount(expected)}${unit}`;
}

/** The feature that is most to blame, with what it shows and what was expected. */
function figureText({ contributions, expected, actual }: Evidence, span: string): string {
  const feature = contributions?.[0]?.feature ?? '';
  switch (feature) {
    case 'event_count':
      return `${amount(actual)} records in ${span}, expected about ${amount(expected)}`;
    case 'error_rate':
      return `${percent(actual)} errors, expected about ${percent(expected)}`;
    case 'response_time_avg':
    case 'response_time_p95':
      return `${feature === 'response_time_avg' ? 'mean' : '95 %'} response time ${amount(actual)} ms, expected about ${amount(expected)} ms`;
    case 'unique_users':
      return `about ${amount(actual)} different users, expected about ${amount(expected)}`;
    case 'log_vector':
      return `another mix of messages than usual (likeness ${percent(actual)})`;
    default:
      return `${feature.replaceAll('_', ' ')} ${amount(actual)}, expected about ${amount(expected)}`;
  }
}

/** The text as one line of bounded length. */
export function quoted(text: string): string {
  let known = QUOTED.get(text);
  if (known === undefined) {
    const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
    known = `“${short.replaceAll(/\s+/g, ' ')}”`;
    if (QUOTED.size >= MOST_QUOTED) QUOTED.clear();
    QUOTED.set(text, known);
  }
  return known;
}

/** Rare templates give a reason per record: theirs are remembered. */
const QUOTED = new Map<string, string>();
const MOST_QUOTED = 4096;

/** Two significant digits below 100, whole numbers with separators above. */
export function amount(value: number): string {
  if (value < 0.001) return '0';
  if (value < 100) return String(Number(value.toPrecision(2)));
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

export function percent(share: number): string {
  return `${amount(share * 100)} %`;
}

const MAX_TEXT = 200;
