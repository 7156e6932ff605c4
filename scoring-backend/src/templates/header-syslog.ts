/** The fields that carriers of logs put between the time and the message: syslog, and the log files of containers. */
import { afterBracket } from './brackets.ts';
import { IS_ALPHANUMERIC, IS_DIGIT } from './byte-classes.ts';
import { addConstant, holdsDigit } from './header-constants.ts';

/** Syslog: `host program[pid]: `. The program is the constant. */
export function afterHostAndProgram(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === 32) at++;
  while (at < end && bytes[at] > 32 && bytes[at] !== 58 && bytes[at] !== 91) at++;
  if (at >= end || bytes[at] !== 32) return start;
  const from = at + 1;
  let to = from;
  while (
    to < end &&
    (IS_ALPHANUMERIC[bytes[to]] === 1 || bytes[to] === 45 || bytes[to] === 95 || bytes[to] === 46 || bytes[to] === 47)
  )
    to++;
  let after = to;
  while (after < end && bytes[after] > 32 && bytes[after] !== 58) after++;
  if (to === from || after >= end || bytes[after] !== 58 || after + 1 >= end || bytes[after + 1] !== 32) return start;
  if (!holdsDigit(bytes, from, to)) addConstant(from, to);
  return after + 1;
}

/**
 * RFC 5424, 6: `<34>1 time host app procid msgid [structured data] `, each `-` where there is none. The app is the constant.
 * After it where the line begins so, or -1.
 */
export function afterStructuredFields(bytes: Uint8Array, start: number, timed: number, end: number): number {
  let at = start + 1;
  while (at < timed && IS_DIGIT[bytes[at]] === 1) at++;
  if (at === start + 1 || bytes[at] !== 62 || bytes[at + 1] !== 49 || bytes[at + 2] !== 32) return -1;
  at = timed;
  for (let field = 0; field < 4; field++) {
    if (at >= end || bytes[at] !== 32) return -1;
    const from = at + 1;
    at = from;
    while (at < end && bytes[at] > 32) at++;
    if (at === from) return -1;
    if (field === 1 && at > from + 1 && !holdsDigit(bytes, from, at)) addConstant(from, at);
  }
  at++;
  if (bytes[at] === 45) return at + 1;
  const brackets = at;
  while (bytes[at] === 91) {
    const after = afterBracket(bytes, at, end, 91, 93);
    if (after < 0) return brackets;
    at = after;
  }
  return at;
}

/**
 * ` stdout F `: the stream, and whether the line is full or partial
 * (https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md). After it, or -1.
 */
export function afterStreamOfContainer(bytes: Uint8Array, timed: number, end: number): number {
  if (timed + 10 > end || bytes[timed] !== 32 || bytes[timed + 1] !== 115 || bytes[timed + 2] !== 116) return -1;
  if (bytes[timed + 3] !== 100 || bytes[timed + 7] !== 32 || bytes[timed + 9] !== 32) return -1;
  const tag = bytes[timed + 8];
  return tag === 70 || tag === 80 ? timed + 10 : -1;
}
