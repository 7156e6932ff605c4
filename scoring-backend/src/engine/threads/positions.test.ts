import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Positions } from './positions.ts';

const step = (from: number, next = from + 1, source = 't/0') => ({ source, from, next });

describe('the positions of an engine', () => {
  it('take each request once, however often the source begins again, and wherever the engine does', () => {
    const event = fc.oneof(
      { weight: 8, arbitrary: fc.constant('request' as const) },
      { weight: 1, arbitrary: fc.constantFrom('checkpoint' as const, 'rewind' as const, 'crash' as const) },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), fc.nat(50), (events, begin) => {
        const positions = new Positions();
        let saved: ReturnType<Positions['saved']> | undefined;
        let learned: number[] = [];
        let kept: number[] = [];
        let at = begin;
        let committed = begin;
        for (const what of events) {
          if (what === 'request') {
            try {
              if (positions.takes(step(at))) learned.push(at);
              at++;
            } catch {
              at = committed;
            }
          } else if (what === 'checkpoint') {
            saved = positions.saved();
            kept = [...learned];
            committed = saved.sources['t/0'] ?? begin;
          } else if (what === 'rewind') at = committed;
          else {
            positions.restore(saved);
            learned = [...kept];
          }
        }
        expect(learned).toEqual(learned.map((_, i) => begin + i));
      }),
    );
  });

  it('refuse what follows something that never came', () => {
    const positions = new Positions();
    expect(positions.takes(step(5))).toBe(true);
    expect(() => positions.takes(step(7))).toThrow('t/0: expected what follows position 6, got what follows 7');
    expect(positions.takes(step(6, 9))).toBe(true);
    expect(positions.takes(step(8, 9))).toBe(false);
  });

  it('tell sources apart, step over what is gone, and count what has no place in any', () => {
    const positions = new Positions();
    positions.takes(step(5));
    expect(positions.skipTo('t/0', 9)).toBe(3);
    expect(positions.skipTo('t/0', 2)).toBe(0);
    expect(positions.skipTo('t/1', 4)).toBe(0);
    positions.took();
    expect(positions.saved()).toEqual({ sources: { 't/0': 9, 't/1': 4 }, direct: 1, tickMs: 0 });
  });

  it('go back to where a source began when there was no checkpoint', () => {
    const positions = new Positions();
    positions.takes(step(5));
    positions.takes(step(6));
    positions.restore(undefined);
    expect(() => positions.takes(step(7))).toThrow('expected what follows position 5');
    expect(positions.takes(step(5))).toBe(true);
  });
});
