/** What is done with an attribute for its key alone, before anybody looks at its value. */
import { isPhoneKey } from './finders/named-phone.ts';
import type { KeyWords } from './key-words.ts';

/**
 * READ: the value is searched like a body. LEAVE: it stays as it is. COVER: all of it is a secret. COVER_PHONE: all of it
 * is, when it is a telephone number.
 */
export const READ = 0;
export const LEAVE = 1;
export const COVER = 2;
export const COVER_PHONE = 3;

export interface AttributePolicyOptions {
  /** Keys whose values stay as they are; a `*` at the end stands for any rest. */
  readonly ignoredKeys: readonly string[];
  /** Keys whose values are secret as a whole; a `*` at the end stands for any rest. */
  readonly blockedKeys: readonly string[];
  /** Endings of keys whose values are secret as a whole. */
  readonly keyWords: readonly (KeyWords | undefined)[];
  /** Whether telephone numbers are looked for. */
  readonly phones: boolean;
}

export class AttributePolicy {
  readonly #ignored: KeyList;
  readonly #blocked: KeyList;
  readonly #keyWords: readonly KeyWords[];
  readonly #phones: boolean;

  constructor({ ignoredKeys, blockedKeys, keyWords, phones }: AttributePolicyOptions) {
    this.#ignored = new KeyList(ignoredKeys);
    this.#blocked = new KeyList(blockedKeys);
    this.#keyWords = keyWords.filter((words) => words !== undefined);
    this.#phones = phones;
  }

  /** Keys that block: the prefilter looks for them too. */
  get blockedKeys(): readonly Uint8Array[] {
    return this.#blocked.all;
  }

  /** What is done for the key `bytes[start, end)`. */
  of(bytes: Uint8Array, start: number, end: number): number {
    if (this.#ignored.has(bytes, start, end)) return LEAVE;
    if (this.#blocked.has(bytes, start, end)) return COVER;
    if (this.#keyWords.some((words) => words.endKey(bytes, start, end))) return COVER;
    return this.#phones && isPhoneKey(bytes, start, end) ? COVER_PHONE : READ;
  }
}

class KeyList {
  readonly all: readonly Uint8Array[];
  readonly #exact: readonly Uint8Array[];
  readonly #prefixes: readonly Uint8Array[];

  constructor(keys: readonly string[]) {
    this.#exact = keys.filter((key) => !key.endsWith('*')).map((key) => Buffer.from(key));
    this.#prefixes = keys.filter((key) => key.endsWith('*')).map((key) => Buffer.from(key.slice(0, -1)));
    this.all = [...this.#exact, ...this.#prefixes];
  }

  has(bytes: Uint8Array, start: number, end: number): boolean {
    for (const key of this.#exact) if (key.length === end - start && begins(bytes, start, key)) return true;
    for (const key of this.#prefixes) if (key.length <= end - start && begins(bytes, start, key)) return true;
    return false;
  }
}

function begins(bytes: Uint8Array, start: number, key: Uint8Array): boolean {
  for (let i = 0; i < key.length; i++) if (bytes[start + i] !== key[i]) return false;
  return true;
}
