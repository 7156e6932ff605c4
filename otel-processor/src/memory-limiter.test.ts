import { afterEach, describe, expect, it } from 'vitest';
import { MemoryLimiter } from './memory-limiter.ts';
import { Telemetry, createLogger } from './telemetry.ts';

const MIB = 1024 * 1024;
const telemetry = new Telemetry();
const log = createLogger('silent');
const limiters: MemoryLimiter[] = [];
afterEach(() => limiters.splice(0).forEach((limiter) => limiter.close()));

/** A limiter over memory that the test sets; `freed` is what a collection gives back. */
function limiterOf(limits: { limitBytes: number; spikeBytes: number }, memory: { used: number; freed: number }) {
  let collections = 0;
  const limiter = new MemoryLimiter({ ...limits, checkIntervalMs: 0 }, telemetry, log, {
    used: () => memory.used,
    available: 1000 * MIB,
    collectGarbage: () => {
      collections++;
      memory.used -= memory.freed;
    },
  });
  limiters.push(limiter);
  return { limiter, collections: () => collections };
}

describe('the memory limiter', () => {
  it('refuses between soft and hard limit, and takes again as soon as there is room', () => {
    const memory = { used: 700, freed: 0 };
    const { limiter } = limiterOf({ limitBytes: 1000, spikeBytes: 250 }, memory);
    limiter.look(0);
    expect(limiter.refuses).toBe(false);
    memory.used = 751;
    limiter.look(1000);
    expect(limiter.refuses).toBe(true);
    memory.used = 750;
    limiter.look(2000);
    expect(limiter.refuses).toBe(false);
  });

  it('does not refuse for what is only garbage', () => {
    const memory = { used: 900, freed: 300 };
    const { limiter } = limiterOf({ limitBytes: 1000, spikeBytes: 250 }, memory);
    limiter.look(0);
    expect(limiter.refuses).toBe(false);
    expect(memory.used).toBe(600);
  });

  it('collects seldom below the hard limit, and at each look above it', () => {
    const memory = { used: 800, freed: 0 };
    const { limiter, collections } = limiterOf({ limitBytes: 1000, spikeBytes: 250 }, memory);
    for (let second = 0; second < 20; second++) limiter.look(second * 1000);
    expect(collections()).toBe(2);
    memory.used = 1001;
    for (let second = 20; second < 25; second++) limiter.look(second * 1000);
    expect(collections()).toBe(7);
    expect(limiter.refuses).toBe(true);
  });

  it('takes its limits from what the container or the machine has, where none are given', () => {
    const { limiter } = limiterOf({ limitBytes: 0, spikeBytes: 0 }, { used: 0, freed: 0 });
    expect([limiter.hardBytes, limiter.softBytes]).toEqual([800 * MIB, 640 * MIB]);
  });
});
