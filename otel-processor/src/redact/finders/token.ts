/** Tokens that tell themselves by how they begin: JSON Web Tokens, bearer tokens, keys of well-known services, private keys. */
import { ALPHANUMERIC, BEARER, TOKEN, UPPER, WORD, DIGIT } from '../byte-kinds.ts';
import { type Finder, found } from '../finder.ts';

/** At the `e` of `eyJ`, the Base64 of `{"`: header and payload, and a signature where there is one (RFC 7519). */
export const findJwt: Finder = (bytes, at, start, end) => {
  if (bytes[at + 1] !== 0x79 || bytes[at + 2] !== 0x4a || (at > start && WORD[bytes[at - 1]] === 1)) return false;
  const header = endOfRun(bytes, at, end, TOKEN);
  if (header - at < 12 || header >= end || bytes[header] !== DOT) return false;
  let last = endOfRun(bytes, header + 1, end, TOKEN);
  if (last - header < 5) return false;
  // Signed tokens have three parts, encrypted ones five.
  for (let part = 0; part < 3 && last < end && bytes[last] === DOT; part++) {
    const next = endOfRun(bytes, last + 1, end, TOKEN);
    if (next === last + 1) break;
    last = next;
  }
  return found(at, last);
};

const MIN_BEARER = 8;

/** At the `B` of `Bearer`, `bearer` or `BEARER`: the token behind it (RFC 6750). */
export const findBearer: Finder = (bytes, at, start, end) => {
  if ((at > start && WORD[bytes[at - 1]] === 1) || !isBearer(bytes, at, end)) return false;
  let first = at + 6;
  while (first < end && bytes[first] === BLANK && first - at < 9) first++;
  if (first === at + 6) return false;
  const last = endOfRun(bytes, first, end, BEARER);
  if (last - first < MIN_BEARER || !looksRandom(bytes, first, last)) return false;
  return found(first, last);
};

/** The six letters at `at`. */
export function isBearer(bytes: Uint8Array, at: number, end: number): boolean {
  return BEARER_WORDS.some((word) => startsWith(bytes, at, end, word));
}

const BEARER_WORDS = ['Bearer', 'bearer', 'BEARER'].map((word) => Buffer.from(word));

/** "bearer authentication failed" has no token: a word of small letters alone is a word. */
function looksRandom(bytes: Uint8Array, first: number, last: number): boolean {
  for (let i = first; i < last; i++) if (DIGIT[bytes[i]] === 1 || UPPER[bytes[i]] === 1) return true;
  return last - first >= 24;
}

/** Prefixes that services give their keys so that they are found, and how many characters follow at least. */
export const KEY_PREFIXES: readonly { readonly prefix: string; readonly least: number }[] = [
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix) => ({ prefix, least: 30 })),
  { prefix: 'github_pat_', least: 30 },
  { prefix: 'glpat-', least: 20 },
  ...['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'].map((prefix) => ({ prefix, least: 16 })),
  { prefix: 'sk-', least: 20 },
  ...['xoxb-', 'xoxa-', 'xoxp-', 'xoxr-', 'xoxs-'].map((prefix) => ({ prefix, least: 10 })),
  { prefix: 'npm_', least: 30 },
  { prefix: 'AIza', least: 35 },
];
const PREFIX_BYTES = KEY_PREFIXES.map(({ prefix, least }) => ({ bytes: Buffer.from(prefix), least }));

/** At the first letter of a key. */
export const findApiKey: Finder = (bytes, at, start, end) => {
  if (at > start && WORD[bytes[at - 1]] === 1) return false;
  const last = endOfApiKey(bytes, at, end);
  return last > 0 && found(at, last);
};

/** Behind the key that begins at `at`, -1 when none does. */
export function endOfApiKey(bytes: Uint8Array, at: number, end: number): number {
  for (const { bytes: prefix, least } of PREFIX_BYTES) {
    if (bytes[at] !== prefix[0] || !startsWith(bytes, at, end, prefix)) continue;
    const last = endOfRun(bytes, at + prefix.length, end, TOKEN);
    if (last - at - prefix.length >= least) return last;
  }
  return -1;
}

const AWS_ID_LENGTH = 20;

/** At the `A` of `AKIA` or `ASIA`: the id of an access key. The secret that belongs to it stands behind a key word. */
export const findAwsKey: Finder = (bytes, at, start, end) => {
  if (at > start && WORD[bytes[at - 1]] === 1) return false;
  if (!isAwsKey(bytes, at, end)) return false;
  const last = at + AWS_ID_LENGTH;
  return !(last < end && ALPHANUMERIC[bytes[last]] === 1) && found(at, last);
};

export function isAwsKey(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + AWS_ID_LENGTH > end || bytes[at] !== 0x41 || bytes[at + 2] !== 0x49 || bytes[at + 3] !== 0x41) return false;
  if (bytes[at + 1] !== 0x4b && bytes[at + 1] !== 0x53) return false;
  for (let i = at + 4; i < at + AWS_ID_LENGTH; i++) if (UPPER[bytes[i]] + DIGIT[bytes[i]] === 0) return false;
  return true;
}

const BEGIN = Buffer.from('-----BEGIN ');
const PRIVATE_KEY = Buffer.from('PRIVATE KEY-----');
const END = Buffer.from('-----END ');
const MAX_KIND = 32;

/** At the first `-` of `-----BEGIN … PRIVATE KEY-----` (RFC 7468): up to its end mark, or to the end of the text. */
export const findPrivateKey: Finder = (bytes, at, _start, end) => {
  if (!startsWith(bytes, at, end, BEGIN)) return false;
  let kind = at + BEGIN.length;
  const limit = Math.min(end, kind + MAX_KIND);
  while (kind < limit && !startsWith(bytes, kind, end, PRIVATE_KEY)) kind++;
  if (kind === limit) return false;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, end);
  const mark = text.indexOf(END, kind);
  if (mark < 0) return found(at, end);
  const closing = text.indexOf('-----', mark + END.length);
  return found(at, closing < 0 ? end : closing + 5);
};

export function startsWith(bytes: Uint8Array, at: number, end: number, literal: Uint8Array): boolean {
  if (at + literal.length > end) return false;
  for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return false;
  return true;
}

function endOfRun(bytes: Uint8Array, at: number, end: number, kind: Uint8Array): number {
  while (at < end && kind[bytes[at]] === 1) at++;
  return at;
}

const DOT = 0x2e;
const BLANK = 0x20;
