/** The account that a message speaks of: behind `user`, `for`, `account` and the like, up to the next blank. */
import { HASH_SEED, IS_ALPHANUMERIC, LOWER } from './byte-classes.ts';
import { WordSet } from './word-set.ts';

/** The account found last, `[start, end)`. */
export const user = { start: -1, end: -1 };

const MOST_BYTES = 512;
const MOST_NAME_BYTES = 64;
/** Words that an account follows, the telling ones. */
const NAMES = new WordSet('user username account login_name uname acct logname login userid user_name principal');
/** Words that an account follows when nothing better is said: "password for anna", "login of anna". */
const PREPOSITIONS = new WordSet('for of by as');
/** Words between such a word and the account, and words that are no account. */
const FILLERS = new WordSet('invalid illegal user account the a an unknown name login of for');
const NO_ACCOUNT = new WordSet(
  'from unknown at on in with is was not has failed and to or for by uid does no by via preauth',
);

/** Looks through `bytes[start, end)`; false when no account is named. */
export function findUser(bytes: Uint8Array, start: number, end: number): boolean {
  const limit = Math.min(end, start + MOST_BYTES);
  user.start = user.end = -1;
  for (let at = start; at < limit; at++) {
    if (IS_ALPHANUMERIC[bytes[at]] === 0) continue;
    const from = at;
    let hash = HASH_SEED;
    if (BEGINS_NAMED[LOWER[bytes[at]]] === 0) {
      while (at < limit && IS_ALPHANUMERIC[bytes[at]] === 1) at++;
      continue;
    }
    while (at < limit && (IS_ALPHANUMERIC[bytes[at]] === 1 || bytes[at] === 95)) {
      hash = Math.imul(hash ^ LOWER[bytes[at]], 0x01000193);
      at++;
    }
    if (at - from > 12) continue;
    const telling = NAMES.has(hash);
    if ((!telling && (user.start >= 0 || !PREPOSITIONS.has(hash))) || !takeName(bytes, at, limit)) continue;
    if (telling) return true;
  }
  return user.start >= 0;
}

/** Takes the name that follows; fillers are passed over, and an empty value (`user= rhost=…`) is none. */
function takeName(bytes: Uint8Array, at: number, end: number): boolean {
  for (let passed = 0; passed < 4; passed++) {
    let from = at;
    while (from < end && IS_SEPARATOR[bytes[from]] === 1 && from - at < 4) from++;
    if (from === at || from >= end) return false;
    let to = from;
    let hash = HASH_SEED;
    while (to < end && ENDS_NAME[bytes[to]] === 0) hash = Math.imul(hash ^ LOWER[bytes[to++]], 0x01000193);
    while (to > from && (bytes[to - 1] === 46 || bytes[to - 1] === 58)) to--;
    if (to === from || to - from > MOST_NAME_BYTES || bytes[to] === 61) return false;
    if (FILLERS.has(hash)) {
      at = to;
      continue;
    }
    if (NO_ACCOUNT.has(hash)) return false;
    user.start = from;
    user.end = to;
    return true;
  }
  return false;
}

/** First letters of the words that an account follows. */
const BEGINS_NAMED = byteTable('ualpfob');
const IS_SEPARATOR = byteTable(' "\'=:[<(');
const ENDS_NAME = byteTable(' \t\r\n"\',;()[]<>=');

function byteTable(signs: string): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (signs.includes(String.fromCharCode(byte)) ? 1 : 0));
}
