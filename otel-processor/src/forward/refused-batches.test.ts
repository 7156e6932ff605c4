import { describe, expect, it } from 'vitest';
import { REMEMBERED_MS, RefusedBatches, fingerprintOf } from './refused-batches.ts';

function batches(limit: number): { refused: RefusedBatches; forgotten: () => number } {
  let forgotten = 0;
  return { refused: new RefusedBatches(limit, () => forgotten++), forgotten: () => forgotten };
}

describe('refused batches', () => {
  it('are remembered until they are forgotten', () => {
    const { refused, forgotten } = batches(10);
    expect(refused.any(0)).toBe(false);
    refused.remember('a', 0);
    expect([refused.any(0), refused.has('a'), refused.has('b')]).toEqual([true, true, false]);
    refused.forget('a');
    expect([refused.any(0), refused.has('a'), forgotten()]).toEqual([false, false, 0]);
  });

  it('are bounded: the one refused longest ago goes first, and is counted', () => {
    const { refused, forgotten } = batches(2);
    for (const name of ['a', 'b', 'a', 'c']) refused.remember(name, 0);
    expect(['a', 'b', 'c'].map((name) => refused.has(name))).toEqual([true, false, true]);
    expect(forgotten()).toBe(1);
  });

  it('are not remembered for ever, so that they stop costing', () => {
    const { refused, forgotten } = batches(10);
    refused.remember('a', 0);
    refused.remember('b', 1000);
    expect(refused.any(REMEMBERED_MS)).toBe(true);
    expect([refused.has('a'), refused.has('b')]).toEqual([false, true]);
    expect(refused.any(REMEMBERED_MS + 1000)).toBe(false);
    expect(forgotten()).toBe(2);
  });

  it('are remembered not at all with a limit of 0', () => {
    const { refused } = batches(0);
    refused.remember('a', 0);
    expect(refused.any(0)).toBe(false);
  });
});

describe('a fingerprint', () => {
  it('differs for other bytes and for another tenant, and is the same for the same', () => {
    const bytes = Buffer.from('batch');
    const prints = [fingerprintOf(bytes, ''), fingerprintOf(bytes, 'a'), fingerprintOf(Buffer.from('batcH'), '')];
    expect(new Set(prints).size).toBe(3);
    expect(fingerprintOf(Buffer.from('batch'), '')).toBe(prints[0]);
  });
});
