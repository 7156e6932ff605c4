import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateLimited } from '../errors.ts';
import { TenantLimits } from './tenant-limits.ts';

/** Sends requests of these sizes, each as soon as it may be taken; the time that took, ms. */
function sendAll(limits: TenantLimits, sizes: readonly number[]): number {
  let nowMs = 0;
  for (const size of sizes)
    for (;;) {
      try {
        limits.take('tenant', size, nowMs);
        break;
      } catch (error) {
        if (!(error instanceof RateLimited)) throw error;
        nowMs += error.retryMs;
      }
    }
  return nowMs;
}

describe('the limits of tenants', () => {
  it('let a patient client through at the agreed rate, whatever the sizes of its requests', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 2, maxLength: 60 }), (sizes) => {
        const options = { perSecond: 10_000, burst: 20_000, unit: 'bytes' } as const;
        const tookMs = sendAll(new TenantLimits(options), sizes);
        const before = sizes.slice(0, -1).reduce((sum, size) => sum + size, 0);
        const leastMs = ((before - options.burst) / options.perSecond) * 1000;
        expect(tookMs).toBeGreaterThanOrEqual(leastMs);
        // Rounded up to whole milliseconds at each wait.
        expect(tookMs).toBeLessThanOrEqual(Math.max(0, leastMs) + sizes.length * 2);
      }),
    );
  });

  it('remember a bounded number of tenants, and those who owe most for longest', () => {
    const limits = new TenantLimits({ perSecond: 10, burst: 100, unit: 'bytes', maxTenants: 50 });
    limits.take('debtor', 10_000, 0);
    for (let i = 0; i < 1000; i++) limits.take(`tenant ${i}`, 50, i / 1000);
    expect(limits.tenants).toBeLessThanOrEqual(50);
    expect(() => limits.take('debtor', 1, 2)).toThrow(RateLimited);
  });
});
