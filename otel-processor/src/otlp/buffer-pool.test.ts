import { describe, expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.ts';

describe('a pool of buffers', () => {
  it('makes none while those of a crowd come back, as long as they are few bytes', () => {
    const pool = new BufferPool(20_000, 1000);
    const crowd = () => Array.from({ length: 16 }, () => pool.take(1000 - 200));
    const first = crowd();
    for (const buffer of first) pool.give(buffer);
    expect(new Set(crowd().map(({ buffer }) => buffer))).toEqual(new Set(first.map(({ buffer }) => buffer)));
  });

  it('keeps no more than it may, the newest ones, and none that is too large', () => {
    const pool = new BufferPool(2000, 1000);
    const [a, b, c, large] = [pool.take(800), pool.take(800), pool.take(800), pool.take(1600)];
    for (const buffer of [a, b, c, large]) pool.give(buffer);
    const again = [pool.take(800), pool.take(800), pool.take(800)];
    expect(again.map(({ buffer }) => [a, b, c, large].findIndex((known) => known.buffer === buffer))).toEqual([
      2, 1, -1,
    ]);
  });

  it('takes back nothing twice, and nothing it has not given', () => {
    const pool = new BufferPool(10_000, 1000);
    const own = pool.take(100);
    pool.give(own);
    pool.give(own);
    pool.give(Buffer.alloc(500));
    expect(pool.take(50).buffer).toBe(own.buffer);
    expect(pool.take(50).buffer).not.toBe(own.buffer);
    expect(pool.take(400).length).toBe(400);
  });
});
