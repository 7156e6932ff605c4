/** How many times over a line stands: `message repeated 5 times: [ … ]` (syslog), `PAM 2 more authentication failures`. */
import { hashWord, HASH_SEED, IS_ALPHANUMERIC, IS_DIGIT, LOWER } from '../../templates/byte-classes.ts';

const TIMES = hashWord('times');
const MORE = hashWord('more');
const WITHIN_BYTES = 160;
const MOST = 10_000;

/** 1 when the line says nothing of it. */
export function repetitions(bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + WITHIN_BYTES);
  for (let at = start; at < limit; at++) {
    if (IS_DIGIT[bytes[at]] === 0 || at === start || bytes[at - 1] !== 32) continue;
    let count = 0;
    while (at < limit && IS_DIGIT[bytes[at]] === 1) count = count * 10 + bytes[at++] - 48;
    if (bytes[at] !== 32) continue;
    let hash = HASH_SEED;
    for (let i = at + 1; i < limit && IS_ALPHANUMERIC[bytes[i]] === 1; i++)
      hash = Math.imul(hash ^ LOWER[bytes[i]], 0x01000193);
    if ((hash === TIMES || hash === MORE) && count > 0) return Math.min(count, MOST);
  }
  return 1;
}
