/** What a byte is, by table, and the 32-bit hashes of byte ranges. Everything the miner reads, it reads through these. */

function table(holds: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0));
}

const DELIMITERS = new Set([...',;=:()[]{}"\'<>|`'].map((character) => character.charCodeAt(0)));

/** Ends a token: blanks, control bytes and the punctuation that separates values. */
export const IS_DELIMITER = table((byte) => byte < 33 || DELIMITERS.has(byte));
/** Bytes from 128 are letters: a UTF-8 word in any script is one token. */
export const IS_LOWER = table((byte) => (byte >= 97 && byte < 123) || byte >= 128);
export const IS_UPPER = table((byte) => byte >= 65 && byte < 91);
export const IS_DIGIT = table((byte) => byte >= 48 && byte < 58);
export const IS_LETTER = table((byte) => IS_LOWER[byte] + IS_UPPER[byte] > 0);
export const IS_ALPHANUMERIC = table((byte) => IS_LETTER[byte] + IS_DIGIT[byte] > 0);
export const IS_HEX = table((byte) => IS_DIGIT[byte] === 1 || (byte >= 65 && byte < 71) || (byte >= 97 && byte < 103));
/** Ends a path or URL in running text. */
export const ENDS_PATH = table((byte) => byte < 33 || [...'"\'),];|}>'].some((c) => c.charCodeAt(0) === byte));
/** ASCII capitals to small letters. */
export const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (IS_UPPER[byte] === 1 ? byte + 32 : byte));

// FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
const FNV_PRIME = 0x01000193;
export const HASH_SEED = 0x811c9dc5 | 0;

/** One step of FNV-1a. */
export function hashByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, FNV_PRIME);
}

export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_SEED;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], FNV_PRIME);
  return hash;
}

/** As `hashBytes`, blind to ASCII case. */
export function hashLower(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_SEED;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ LOWER[bytes[i]], FNV_PRIME);
  return hash;
}

/** The hash of an ASCII word of our own lists. */
export function hashWord(word: string): number {
  let hash = HASH_SEED;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), FNV_PRIME);
  return hash;
}
