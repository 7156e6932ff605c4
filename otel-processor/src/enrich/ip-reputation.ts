/**
 * A list of addresses and networks with a word each ("scanner", "tor"), as threat feeds have them: one to a line, the word
 * behind it, `#` begins a remark. The narrowest network that holds an address gives its word.
 */
import ipaddr from 'ipaddr.js';

/** Lines without a word have this one. */
const LISTED = 'listed';
/** Addresses and networks that are kept. */
const MAX_ENTRIES = 1_000_000;

export class IpReputation {
  /** Networks by kind and length of prefix, narrowest first; in each the words by the prefix. */
  readonly #prefixes: readonly { readonly bits: number; readonly words: ReadonlyMap<string, string> }[];
  readonly #widePrefixes: readonly { readonly bits: number; readonly words: ReadonlyMap<string, string> }[];
  readonly size: number;

  /** @throws RangeError that names the line that is none. */
  constructor(list: string) {
    const v4 = new Map<number, Map<string, string>>();
    const v6 = new Map<number, Map<string, string>>();
    let size = 0;
    for (const [i, whole] of list.split('\n').entries()) {
      const [address, word = LISTED] = whole
        .replace(/#.*/, '')
        .trim()
        .split(/[\s,;]+/);
      if (address === '') continue;
      const network = networkOf(address);
      if (network === undefined)
        throw new RangeError(`line ${i + 1}: expected an address or network such as 192.0.2.0/24, got "${address}"`);
      if (++size > MAX_ENTRIES) throw new RangeError(`line ${i + 1}: more than ${MAX_ENTRIES} entries`);
      const [bytes, bits] = network;
      const byLength = bytes.length === 4 ? v4 : v6;
      const words = byLength.get(bits) ?? new Map<string, string>();
      byLength.set(bits, words);
      words.set(prefixOf(bytes, bits), word);
    }
    this.size = size;
    this.#prefixes = narrowestFirst(v4);
    this.#widePrefixes = narrowestFirst(v6);
  }

  /** The word of an address, undefined when it is not listed. */
  of(address: string): string | undefined {
    if (!ipaddr.isValid(address)) return undefined;
    const bytes = ipaddr.process(address).toByteArray();
    for (const { bits, words } of bytes.length === 4 ? this.#prefixes : this.#widePrefixes) {
      const word = words.get(prefixOf(bytes, bits));
      if (word !== undefined) return word;
    }
    return undefined;
  }
}

function networkOf(text: string): readonly [bytes: readonly number[], bits: number] | undefined {
  if (ipaddr.isValid(text)) {
    const bytes = ipaddr.process(text).toByteArray();
    return [bytes, bytes.length * 8];
  }
  if (!ipaddr.isValidCIDR(text)) return undefined;
  const [address, bits] = ipaddr.parseCIDR(text);
  return [address.toByteArray(), bits];
}

/** The first bits of an address as a key. */
function prefixOf(bytes: readonly number[], bits: number): string {
  const whole = bits >> 3;
  const key = bytes.slice(0, whole);
  if (bits % 8 > 0) key.push(bytes[whole] & (0xff00 >> (bits % 8)) & 0xff);
  return String.fromCharCode(...key);
}

function narrowestFirst(
  byLength: ReadonlyMap<number, ReadonlyMap<string, string>>,
): { bits: number; words: ReadonlyMap<string, string> }[] {
  return [...byLength].map(([bits, words]) => ({ bits, words })).sort((a, b) => b.bits - a.bits);
}
