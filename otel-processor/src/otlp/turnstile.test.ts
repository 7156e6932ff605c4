import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Overloaded } from '../errors.ts';
import { Turnstile } from './turnstile.ts';
import type { Turn } from './turnstile.ts';

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the turnstile', () => {
  it('holds at most its room, or one that is larger, and lets in by the order of coming', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 150 }), leaves: fc.integer({ min: 0, max: 5 }) }), {
          maxLength: 40,
        }),
        async (requests) => {
          const turnstile = new Turnstile({ roomBytes: 100 });
          const turns: { turn: Turn; bytes: number }[] = [];
          const order: number[] = [];
          const inside = new Set<number>();
          const check = (): void => {
            const sum = [...inside].reduce((total, i) => total + turns[i].bytes, 0);
            expect(sum <= 100 || inside.size === 1).toBe(true);
          };
          const leaveOne = async (): Promise<void> => {
            const [first] = inside;
            if (first === undefined) return;
            inside.delete(first);
            turns[first].turn.leave();
            await soon();
            check();
          };
          for (const [i, { bytes, leaves }] of requests.entries()) {
            const turn = turnstile.enter(bytes);
            turns.push({ turn, bytes });
            const enters = (): void => void (order.push(i), inside.add(i));
            if (turn.inside === undefined) enters();
            else void turn.inside.then(enters);
            check();
            for (let n = 0; n < leaves; n++) await leaveOne();
          }
          while (inside.size > 0) await leaveOne();
          expect(order).toEqual(requests.map((_, i) => i));
          expect(turnstile.waitingBytes).toBe(0);
        },
      ),
    );
  });

  it('passes over who went away while waiting', async () => {
    const turnstile = new Turnstile({ roomBytes: 100 });
    const first = turnstile.enter(100);
    const gone = turnstile.enter(100);
    const third = turnstile.enter(100);
    gone.leave();
    await gone.inside;
    expect(turnstile.waitingBytes).toBe(100);
    first.leave();
    await third.inside;
    expect(turnstile.enter(1).inside).toBeDefined();
  });

  it('tells who waited too long to come again', async () => {
    const turnstile = new Turnstile({ roomBytes: 100, waitMs: 10 });
    turnstile.enter(100).arrived();
    await expect(turnstile.enter(100).inside).rejects.toThrow(Overloaded);
    expect(turnstile.waitingBytes).toBe(0);
  });

  it('lets nobody wait for a client that is slow to send what it announced', async () => {
    const turnstile = new Turnstile({ roomBytes: 100, slowMs: 10, waitMs: 60_000 });
    const slow = turnstile.enter(100);
    await turnstile.enter(100).inside;
    // Its room is with the other one already.
    slow.leave();
    expect(turnstile.enter(1).inside).toBeDefined();
  });
});
