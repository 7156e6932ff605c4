/**
 * Names of settings whose values are secret, told by how they end: `db.password`, `X-Api-Key`, `awsSecretAccessKey`.
 * Case and what joins words (`_`, `-`, `.`) do not count.
 */
import { KEY, LOWER, LETTER } from './byte-kinds.ts';

/** Of passwords, tokens and keys; `key` alone says nothing. */
export const SECRET_WORDS: readonly string[] = (
  'password passwd passwort pwd passphrase passcode secret token apikey accesskey secretkey privatekey signingkey ' +
  'encryptionkey accountkey sharedkey authkey masterkey credential credentials authorization cookie'
).split(' ');

/** Of people. */
export const USER_WORDS: readonly string[] =
  'user username userid login loginname logonname accountname uname enduserid principal subjectusername targetusername'.split(
    ' ',
  );

const LONGEST = 24;

export class KeyWords {
  /** Hashes of the words from their last letter to their first. */
  readonly #words = new Set<number>();
  /** 1 at the last three letters of a word, five bits each: dismisses nearly all other keys. */
  readonly endings = new Uint8Array(1 << 15);

  /** @throws RangeError for a word that has other characters than letters, or fewer than three or too many of them. */
  constructor(words: readonly string[]) {
    for (const word of words) {
      if (!/^[a-z]{3,24}$/.test(word))
        throw new RangeError(`key word: expected 3 to ${LONGEST} small letters, got "${word}"`);
      let hash = 0;
      for (let i = word.length - 1; i >= 0; i--) {
        hash = hashed(hash, word.charCodeAt(i));
      }
      this.#words.add(hash);
      const [third, second, last] = [...word.slice(-3)].map((letter) => letter.charCodeAt(0) & 31);
      this.endings[(third << 10) | (second << 5) | last] = 1;
    }
  }

  /** Does the key that stands directly before `end` end with one of the words? Nothing before `start` is read. */
  endKey(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < 3 || this.endings[endingAt(bytes, end)] === 0) return false;
    let hash = 0;
    let letters = 0;
    for (let i = end - 1; i >= start && letters < LONGEST; i--) {
      const byte = bytes[i];
      if (LETTER[byte] === 0) {
        if (KEY[byte] === 0 || letters === 0) return false;
        continue;
      }
      hash = hashed(hash, LOWER[byte]);
      letters++;
      if (letters >= 3 && this.#words.has(hash)) return true;
    }
    return false;
  }
}

function hashed(hash: number, letter: number): number {
  return (Math.imul(hash, 31) + letter) | 0;
}

/** The last three bytes before `end`, five bits each: case does not count. */
export function endingAt(bytes: Uint8Array, end: number): number {
  return ((bytes[end - 3] & 31) << 10) | ((bytes[end - 2] & 31) << 5) | (bytes[end - 1] & 31);
}
