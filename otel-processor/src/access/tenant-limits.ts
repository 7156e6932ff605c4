/**
 * How much each tenant may send: a token bucket of bytes per tenant. A request is taken whole while the bucket is not
 * empty and may leave it in debt, so that one larger than the bucket is late but never impossible.
 */
import { RateLimited } from '../errors.ts';

export interface TenantLimitOptions {
  /** Bytes per second and tenant, after decompression. */
  readonly bytesPerSecond: number;
  /** Bytes that a tenant may send at once after a pause. */
  readonly burstBytes: number;
  /** Most tenants remembered; beyond it those whose buckets are fullest are forgotten first. */
  readonly maxTenants?: number;
}

interface Bucket {
  level: number;
  atMs: number;
}

const MAX_TENANTS = 10_000;

export class TenantLimits {
  readonly #options: TenantLimitOptions;
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: TenantLimitOptions) {
    this.#options = options;
  }

  /** Tenants remembered at the moment. */
  get tenants(): number {
    return this.#buckets.size;
  }

  /**
   * Takes `bytes` of the tenant's share. `nowMs` is a clock that never goes back.
   * @throws RateLimited with the time after which its bucket holds something again
   */
  take(tenant: string, bytes: number, nowMs: number): void {
    const bucket = this.#bucketOf(tenant, nowMs);
    if (bucket.level <= 0) {
      const retryMs = Math.max(1, Math.ceil(((1 - bucket.level) / this.#options.bytesPerSecond) * 1000));
      const who = tenant === '' ? 'the default tenant' : `tenant ${tenant}`;
      throw new RateLimited(`${who} sends more than ${this.#options.bytesPerSecond} bytes per second`, retryMs);
    }
    bucket.level -= bytes;
  }

  #bucketOf(tenant: string, nowMs: number): Bucket {
    const { bytesPerSecond, burstBytes } = this.#options;
    const known = this.#buckets.get(tenant);
    if (known !== undefined) {
      known.level = Math.min(burstBytes, known.level + ((nowMs - known.atMs) / 1000) * bytesPerSecond);
      known.atMs = nowMs;
      return known;
    }
    if (this.#buckets.size >= (this.#options.maxTenants ?? MAX_TENANTS)) this.#forget(nowMs);
    const bucket = { level: burstBytes, atMs: nowMs };
    this.#buckets.set(tenant, bucket);
    return bucket;
  }

  /** Buckets that are full by now say nothing; without any, the fullest half goes. */
  #forget(nowMs: number): void {
    const { bytesPerSecond, burstBytes } = this.#options;
    const levels = [...this.#buckets].map(
      ([tenant, { level, atMs }]) => [tenant, level + ((nowMs - atMs) / 1000) * bytesPerSecond] as const,
    );
    const full = levels.filter(([, level]) => level >= burstBytes);
    const going = full.length > 0 ? full : levels.sort((a, b) => b[1] - a[1]).slice(0, Math.ceil(levels.length / 2));
    for (const [tenant] of going) this.#buckets.delete(tenant);
  }
}
