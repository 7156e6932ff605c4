/** What was found in a record, in words for people: an attack, an odd parameter. */
import type { Reason } from '../engine/outputs.ts';
import type { SecurityFinding } from '../detectors/security/finding.ts';
import type { NamedTemplate } from './reasons.ts';

/** `brute force from 10.0.0.7: 12 failed logins in 10 minutes, expected about 2 (T1110.001 Password Guessing)` */
export function securityReason(finding: SecurityFinding, template: NamedTemplate): Reason {
  const { kind, technique, magnitude, expected, actual } = finding;
  // What was said of an attacker is said of each of its records.
  let text = texts.get(finding);
  if (text === undefined) {
    text = `${attackText(finding)} (${technique.id} ${technique.name})`;
    texts.set(finding, text);
  }
  const about = { templateId: template.id, template: template.text };
  return { kind, text, expected, actual, unit: 'records', magnitude, ...about };
}

/** The text of a finding that was put into words before, undefined for others. */
export function knownText(finding: SecurityFinding): string | undefined {
  return texts.get(finding);
}

const texts = new WeakMap<SecurityFinding, string>();

function attackText(finding: SecurityFinding): string {
  const { kind, technique, actor, isAccount, actual, expected, periodMs } = finding;
  const from = actor === '' ? ', address unknown' : ` from ${clean(actor)}`;
  const count = amount(actual);
  const period = periodInWords(periodMs);
  switch (kind) {
    case 'brute_force':
      return `brute force ${isAccount ? `on account ${clean(actor)}` : from.trim()}: ${count} failed logins in ${period}`;
    case 'credential_stuffing':
      return `credential stuffing${from}: ${count} failed logins of many accounts in ${period}`;
    case 'request_burst':
      return technique.id.startsWith('T1595')
        ? `scan${from}: ${count} different targets refused in ${period}, expected about ${amount(expected)}`
        : `burst of requests${from}: ${count} in ${period}, usual are about ${amount(expected)}`;
    default:
      return `${INJECTIONS[kind]}${from}${actual > 1 ? `: ${count} times in ${period}` : ''}`;
  }
}

/** What is counted of an attacker. */
export function attackFigure({ kind, technique, periodMs }: SecurityFinding): string {
  const period = periodInWords(periodMs);
  if (kind === 'brute_force' || kind === 'credential_stuffing') return `failed logins in ${period}`;
  if (kind !== 'request_burst') return `${INJECTIONS[kind]} in ${period}`;
  return technique.id.startsWith('T1595') ? `refused targets in ${period}` : `requests in ${period}`;
}

function periodInWords(periodMs: number): string {
  return periodMs < HOUR_MS ? `${periodMs / 60_000} minutes` : `${periodMs / HOUR_MS} hours`;
}

const HOUR_MS = 3_600_000;

const INJECTIONS = {
  sql_injection: 'SQL injection',
  xss: 'cross-site scripting',
  path_traversal: 'path traversal',
  command_injection: 'command injection',
} as const;

/** A parameter that is odd in its place. */
export interface OddParameter {
  readonly oddity: 'number' | 'unseen' | 'make';
  readonly value: string;
  /** The word before it, '' when there is none. */
  readonly name: string;
  /** What numbers here are like, NaN when it is not about numbers. */
  readonly expected: number;
  readonly magnitude: number;
}

/** `“8,200” after “took” is far out, usual are about 40: “request <*> took <*>”` */
export function parameterReason(parameter: OddParameter, template: NamedTemplate): Reason {
  const { oddity, value, name, expected, magnitude } = parameter;
  const shown = `“${clean(value)}”${name === '' ? '' : ` after “${clean(name)}”`}`;
  const said = {
    number: `is far out, usual are about ${amount(expected)}`,
    unseen: 'was never seen in this place',
    make: 'is made unlike the other values in this place',
  }[oddity];
  const actual = oddity === 'number' ? Number.parseFloat(value) : 1;
  return {
    kind: 'parameter_value',
    text: `${shown} ${said}: “${clean(template.text)}”`,
    expected: oddity === 'number' ? expected : 0,
    actual: Number.isFinite(actual) ? actual : 1,
    unit: oddity === 'number' ? 'figure' : 'records',
    magnitude,
    templateId: template.id,
    template: template.text,
  };
}

/** One line, without control characters, of bounded length. */
function clean(text: string): string {
  const line = isClean(text) ? text : text.replaceAll(/[\s\p{Cc}]+/gu, ' ');
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}…` : line;
}

/** Is there plainly nothing to replace? Most names and texts are so, and it is asked of many records. */
function isClean(text: string): boolean {
  let before = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < BLANK || code >= DELETE || (code === BLANK && before === BLANK)) return false;
    before = code;
  }
  return true;
}

const BLANK = 32;
const DELETE = 127;

function amount(value: number): string {
  if (value < 100) return String(Number(value.toPrecision(2)));
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

const MAX_TEXT = 120;
