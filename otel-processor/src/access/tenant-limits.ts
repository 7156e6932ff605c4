/**
 * How much each tenant may send: a token bucket per tenant, of bytes or of requests. What comes is taken whole while the
 * bucket is not empty and may leave it in debt, so that what is larger than the bucket is late but never impossible.
 */
import { RateLimited } from '../errors.ts';

export interface TenantLimitOptions {
  /** Per second and tenant. */
  readonly perSecond: number;
  /** What a tenant may send at once after a pause. */
  readonly burst: number;
  /** What is counted, for the message to who sends too much. */
  readonly unit: 'bytes' | 'requests';
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
   * Takes `amount` of the tenant's share. `nowMs` is a clock that never goes back.
   * @throws RateLimited with the time after which its bucket holds something again
   */
  take(tenant: string, amount: number, nowMs: number): void {
    const { perSecond, unit } = this.#options;
    const bucket = this.#bucketOf(tenant, nowMs);
    if (bucket.level <= 0) {
      const retryMs = Math.max(1, Math.ceil(((1 - bucket.level) / perSecond) * 1000));
      const who = tenant === '' ? 'the default tenant' : `tenant ${tenant}`;
      throw new RateLimited(`${who} sends more than ${perSecond} ${unit} per second`, retryMs);
    }
    bucket.level -= amount;
  }

  #bucketOf(tenant: string, nowMs: number): Bucket {
    const { perSecond, burst } = this.#options;
    const known = this.#buckets.get(tenant);
    if (known !== undefined) {
      known.level = Math.min(burst, known.level + ((nowMs - known.atMs) / 1000) * perSecond);
      known.atMs = nowMs;
      return known;
    }
    if (this.#buckets.size >= (this.#options.maxTenants ?? MAX_TENANTS)) this.#forget(nowMs);
    const bucket = { level: burst, atMs: nowMs };
    this.#buckets.set(tenant, bucket);
    return bucket;
  }

  /** Buckets that are full by now say nothing; without any, the fullest half goes. */
  #forget(nowMs: number): void {
    const { perSecond, burst } = this.#options;
    const levels = [...this.#buckets].map(
      ([tenant, { level, atMs }]) => [tenant, level + ((nowMs - atMs) / 1000) * perSecond] as const,
    );
    const full = levels.filter(([, level]) => level >= burst);
    const going = full.length > 0 ? full : levels.sort((a, b) => b[1] - a[1]).slice(0, Math.ceil(levels.length / 2));
    for (const [tenant] of going) this.#buckets.delete(tenant);
  }
}
