/** The address that a record speaks of: of the attributes that hold one the most telling, else the first public one in its text. */
import { DIGIT, WORD } from '../redact/byte-kinds.ts';
import { endOfIpv4 } from '../redact/finders/ip-address.ts';
import { textAttributes } from './text-attributes.ts';

export class RecordAddress {
  readonly #names: readonly string[];
  readonly #wanted: ReadonlySet<string>;

  /** @param names Attributes, most telling first. */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#wanted = new Set(names);
  }

  /** Of the LogRecord `bytes[start, end)`, undefined when no attribute holds one. */
  inAttributes(bytes: Uint8Array, start: number, end: number): string | undefined {
    const attributes = textAttributes(bytes, start, end, 6, this.#wanted);
    if (attributes.size === 0) return undefined;
    const name = this.#names.find((one) => attributes.has(one));
    return name === undefined ? undefined : attributes.get(name);
  }
}

/** The first public IPv4 address in the text `bytes[start, end)`. */
export function publicAddressIn(bytes: Uint8Array, start: number, end: number): string | undefined {
  for (let at = start; at < end; at++) {
    if (DIGIT[bytes[at]] === 0) continue;
    const begins = at === start || (WORD[bytes[at - 1]] === 0 && bytes[at - 1] !== 0x2e);
    const last = begins ? endOfIpv4(bytes, at, end) : -1;
    if (last > 0 && isPublic(bytes, at) && (last === end || (WORD[bytes[last]] === 0 && bytes[last] !== 0x2e)))
      return Buffer.from(bytes.buffer, bytes.byteOffset + at, last - at).toString('latin1');
    while (at + 1 < end && DIGIT[bytes[at + 1]] === 1) at++;
  }
  return undefined;
}

/** No private, loopback, link-local or multicast address (RFC 1918, 6890). */
function isPublic(bytes: Uint8Array, at: number): boolean {
  let i = at;
  const number = (): number => {
    let value = 0;
    while (DIGIT[bytes[i]] === 1) value = value * 10 + bytes[i++] - 0x30;
    i++;
    return value;
  };
  const first = number();
  const second = number();
  if (first === 0 || first === 10 || first === 127 || first >= 224) return false;
  if (first === 172) return second < 16 || second > 31;
  if (first === 100) return second < 64 || second > 127;
  return !((first === 192 && second === 168) || (first === 169 && second === 254));
}
