/** What a byte may be part of, by table, for the finders of this room. */

function table(holds: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0));
}

function of(characters: string): (byte: number) => boolean {
  return (byte) => characters.includes(String.fromCharCode(byte)) && byte < 128;
}

export const DIGIT = table((byte) => byte >= 48 && byte < 58);
/** Digits and what joins groups of them: blanks, hyphens and brackets. */
export const NUMERIC = table((byte) => DIGIT[byte] === 1 || of(' -()')(byte));
export const UPPER = table((byte) => byte >= 65 && byte < 91);
export const LETTER = table((byte) => (byte >= 65 && byte < 91) || (byte >= 97 && byte < 123));
export const ALPHANUMERIC = table((byte) => DIGIT[byte] + LETTER[byte] > 0);
/** What a word is made of: a secret does not begin or end in the midst of one. */
export const WORD = table((byte) => ALPHANUMERIC[byte] === 1 || byte === 95 || byte >= 128);
/** Base64url and what tokens add to it. */
export const TOKEN = table((byte) => ALPHANUMERIC[byte] === 1 || byte === 95 || byte === 45);
/** RFC 6750, b64token. */
export const BEARER = table((byte) => ALPHANUMERIC[byte] === 1 || of('-._~+/=')(byte));
/** Of the local part of an e-mail address, as people have them (RFC 5322 atext without what logs put around addresses). */
export const LOCAL_PART = table((byte) => ALPHANUMERIC[byte] === 1 || byte >= 128 || of('._%+-')(byte));
export const DOMAIN = table((byte) => ALPHANUMERIC[byte] === 1 || byte >= 128 || of('.-')(byte));
/** Ends user and password of a URL (RFC 3986, userinfo), and what cannot stand in one in running text. */
export const ENDS_USERINFO = table((byte) => byte < 33 || byte === 127 || of('/?#"\'<>@')(byte));
/** Ends an unquoted value behind `key=`. */
export const ENDS_VALUE = table((byte) => byte < 33 || byte === 127 || of('"\'`<>,;&|)]}\\')(byte));
/** Of the name of a setting: letters, digits and what joins words. */
export const KEY = table((byte) => ALPHANUMERIC[byte] === 1 || of('_-.')(byte));

/** ASCII capitals to small letters. */
export const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (UPPER[byte] === 1 ? byte + 32 : byte));
