import { describe, expect, it } from 'vitest';
import { KafkaClock } from './kafka-clock.ts';

describe('the time that passes while the engine is fed from Kafka', () => {
  it('goes on from the last tick while nothing is left to read in any partition', () => {
    const clock = new KafkaClock(1_000_000);
    clock.assign(['t/0', 't/1']);
    clock.took('t/0', 5, 100);
    clock.looked('t/0', 5, undefined);
    clock.looked('t/1', 4, 4);
    expect([clock.tick(50_000), clock.tick(51_000), clock.tick(53_000)]).toEqual([1_000_000, 1_001_000, 1_003_000]);
  });

  it('stands still while there is a backlog, and does not make up for it', () => {
    const clock = new KafkaClock(0);
    clock.assign(['t/0', 't/1']);
    clock.looked('t/0', 7, 7);
    expect([clock.tick(50_000), clock.tick(51_000)]).toEqual([0, 0]);
    clock.took('t/1', 3, 10_000);
    clock.looked('t/1', 9, undefined);
    expect(clock.tick(52_000)).toBe(0);
    clock.took('t/1', 9, 20_000);
    clock.looked('t/1', 9, undefined);
    expect([clock.tick(90_000), clock.tick(90_500)]).toEqual([0, 500]);
    clock.looked('t/1', 12, undefined);
    expect([clock.tick(91_500), clock.tick(99_000)]).toEqual([500, 500]);
  });

  it('takes messages that were written just now for no backlog', () => {
    const clock = new KafkaClock(0);
    clock.assign(['t/0']);
    clock.took('t/0', 3, 49_000);
    clock.looked('t/0', 9, undefined);
    expect([clock.tick(50_000), clock.tick(50_600)]).toEqual([0, 600]);
    clock.assign(['t/1']);
    expect(clock.tick(51_000)).toBe(600);
  });
});
