/**
 * What stands in the place of a secret: `<EMAIL>`, or `<EMAIL:5d41402abc4b2a76>` for the action hash.
 *
 * Angle brackets, because the template miner reads `<…>` as one value, just as it reads the address or number that stood
 * there: a masked line has the template that it had before, and lines that differ in their secrets only still share one.
 * Stars would be taken for an ornament and the value would be gone from the template. They also end every kind of secret
 * here, so that nothing can be found across a mask.
 */
import { createHmac } from 'node:crypto';
import { LOWER } from './byte-kinds.ts';

/** What happens to a secret. */
export const ACTIONS = ['mask', 'remove', 'hash'] as const;
export type Action = (typeof ACTIONS)[number];

/** Hex digits of a hash: 64 bits, so that a million different values rarely share one. */
const HASH_DIGITS = 16;
const LESS = 0x3c;
const GREATER = 0x3e;
const COLON = 0x3a;
/** Keys of tenants kept; past it the oldest is made again when it is needed. */
const MAX_TENANTS = 1024;

export class Masks {
  readonly #key: Uint8Array | undefined;
  readonly #labels: readonly Uint8Array[];
  readonly #tenantKeys = new Map<string, Buffer>();

  /**
   * @param labels Of all rules in use, such as `EMAIL`.
   * @param key Secret for the action hash. Hashes of another key or tenant cannot be compared.
   */
  constructor(labels: readonly string[], key?: Uint8Array) {
    this.#key = key;
    this.#labels = [...new Set(labels)].map((label) => Buffer.from(label));
  }

  /** What replaces the secret `bytes[start, end)`. */
  text(action: Action, label: string, tenant: string, bytes: Uint8Array, start: number, end: number): string {
    if (action === 'remove') return '';
    if (action === 'mask' || this.#key === undefined) return `<${label}>`;
    const hash = createHmac('sha256', this.#tenantKey(tenant, this.#key));
    hash.update(canonical(label, bytes.subarray(start, end)));
    return `<${label}:${hash.digest('hex').slice(0, HASH_DIGITS)}>`;
  }

  /** Behind the mask that begins at `at`, -1 when none does. */
  endOf(bytes: Uint8Array, at: number, end: number): number {
    if (bytes[at] !== LESS) return -1;
    for (const label of this.#labels) {
      const behind = at + 1 + label.length;
      if (behind >= end || !hasAt(bytes, at + 1, label)) continue;
      if (bytes[behind] === GREATER) return behind + 1;
      if (bytes[behind] === COLON && isHash(bytes, behind + 1, end)) return behind + HASH_DIGITS + 2;
    }
    return -1;
  }

  /** One key per tenant: who knows the hashes of one learns nothing about another. */
  #tenantKey(tenant: string, key: Uint8Array): Buffer {
    const known = this.#tenantKeys.get(tenant);
    if (known !== undefined) return known;
    const made = createHmac('sha256', key).update(tenant).digest();
    const oldest = this.#tenantKeys.keys().next();
    if (this.#tenantKeys.size >= MAX_TENANTS && oldest.done !== true) this.#tenantKeys.delete(oldest.value);
    this.#tenantKeys.set(tenant, made);
    return made;
  }
}

/** The same address or number written in another way has the same hash. */
function canonical(label: string, secret: Uint8Array): Uint8Array {
  if (label === 'EMAIL' || label === 'IP') return secret.map((byte) => LOWER[byte]);
  if (label === 'CARD' || label === 'IBAN') return secret.filter((byte) => byte !== 0x20 && byte !== 0x2d);
  return secret;
}

function hasAt(bytes: Uint8Array, at: number, label: Uint8Array): boolean {
  for (let i = 0; i < label.length; i++) if (bytes[at + i] !== label[i]) return false;
  return true;
}

function isHash(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + HASH_DIGITS >= end || bytes[at + HASH_DIGITS] !== GREATER) return false;
  for (let i = at; i < at + HASH_DIGITS; i++) {
    const digit = bytes[i] >= 0x30 && bytes[i] <= 0x39;
    if (!digit && (bytes[i] < 0x61 || bytes[i] > 0x66)) return false;
  }
  return true;
}
