import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';

const opened = (): CircuitBreaker => {
  const breaker = new CircuitBreaker({ failures: 3, pauseMs: 100 });
  for (let i = 0; i < 3; i++) {
    breaker.allows(0);
    breaker.failed(0);
  }
  return breaker;
};

describe('the circuit breaker', () => {
  it('opens after failures in a row, and only then', () => {
    const breaker = new CircuitBreaker({ failures: 3, pauseMs: 100 });
    for (let i = 0; i < 10; i++) {
      breaker.failed(0);
      breaker.failed(0);
      breaker.succeeded();
    }
    expect(breaker.open).toBe(false);
    expect(opened().open).toBe(true);
    expect(opened().allows(99)).toBe(false);
  });

  it('lets one request at a time try after the pause, and closes when it succeeds', () => {
    const breaker = opened();
    expect([breaker.allows(100), breaker.allows(100)]).toEqual([true, false]);
    breaker.succeeded();
    expect([breaker.open, breaker.allows(100), breaker.allows(100)]).toEqual([false, true, true]);
  });

  it('waits another pause when the try fails', () => {
    const breaker = opened();
    breaker.allows(100);
    breaker.failed(150);
    expect([breaker.allows(249), breaker.allows(250)]).toEqual([false, true]);
  });
});
