/** logfmt: `time=… level=info msg="user logged in" user=4711`. A line is one when it begins with a pair and has a message. */
import { severityOfText } from '../severity.ts';
import type { LineFields } from '../line-fields.ts';

const MESSAGES = ['msg', 'message'].map((name) => Buffer.from(name));
const LEVELS = ['level', 'lvl', 'severity'].map((name) => Buffer.from(name));
const TIMES = ['time', 'ts', 'timestamp', 't'].map((name) => Buffer.from(name));

/** False when the line does not begin with a pair, or no pair is a message. */
export function readLogfmt(bytes: Uint8Array, start: number, end: number, fields: LineFields): boolean {
  let found = false;
  for (let at = start; at < end;) {
    while (at < end && bytes[at] === 0x20) at++;
    const key = at;
    while (at < end && isKeyByte(bytes[at])) at++;
    if (at === key || at >= end || bytes[at] !== EQUALS) {
      if (!found && key === start) return false;
      // A word without a value.
      while (at < end && bytes[at] !== 0x20) at++;
      continue;
    }
    const keyEnd = at++;
    const quoted = at < end && bytes[at] === QUOTE;
    const first = quoted ? at + 1 : at;
    at = first;
    while (at < end && bytes[at] !== (quoted ? QUOTE : 0x20)) at += quoted && bytes[at] === 0x5c ? 2 : 1;
    const last = Math.min(at, end);
    if (quoted) at++;
    if (isOneOf(bytes, key, keyEnd, MESSAGES) && last > first) {
      fields.messageStart = first;
      fields.messageEnd = last;
      found = true;
    } else if (isOneOf(bytes, key, keyEnd, LEVELS)) fields.severity = severityOfText(bytes, first, last);
    else if (isOneOf(bytes, key, keyEnd, TIMES) && fields.timeStart < 0) {
      fields.timeStart = first;
      fields.timeEnd = last;
    }
  }
  return found;
}

function isKeyByte(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x5f ||
    byte === 0x2e
  );
}

function isOneOf(bytes: Uint8Array, start: number, end: number, keys: readonly Uint8Array[]): boolean {
  return keys.some((key) => {
    if (key.length !== end - start) return false;
    for (let i = 0; i < key.length; i++) if (bytes[start + i] !== key[i]) return false;
    return true;
  });
}

const QUOTE = 0x22;
const EQUALS = 0x3d;
