import { describe, expect, it } from 'vitest';
import { HeldWindows } from './held-windows.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { WindowCounts } from '../../windows/window-counts.ts';

const SIZE_MS = 30_000;
const births = { bornMs: new Float64Array(64) };

/** Keeps windows of the given M back, and tells which ones are learned, by their number. */
function keeper(known = 1): { held: HeldWindows; learned: number[]; take: (...magnitudes: number[]) => void } {
  const learned: number[] = [];
  const held = new HeldWindows(SIZE_MS, births, (window) => learned.push(window.records));
  held.grow(64);
  let next = 0;
  const take = (...magnitudes: number[]): void => {
    for (const magnitude of magnitudes) {
      const window = new WindowCounts(births);
      window.grow(64);
      window.open(next * SIZE_MS, SIZE_MS);
      window.addEqual(0, 0, 0, next++);
      window.seal(1);
      held.take(window, magnitude, -1, magnitude, known);
    }
  };
  return { held, learned, take };
}

describe('HeldWindows', () => {
  it('learns normal windows at once, and a single odd one as soon as normal ones have followed', () => {
    const { learned, take } = keeper();
    take(0.2, 0.5, 0);
    expect(learned).toEqual([0, 1, 2]);
    take(1.2);
    expect(learned).toEqual([0, 1, 2]);
    take(0.1);
    expect(learned).toEqual([0, 1, 2, 3, 4]);
  });

  it('learns none of the odd windows that lead to a flagged one', () => {
    const { held, learned, take } = keeper();
    take(0.3, 2, 4.9, 0.6, 3);
    held.drop();
    take(0.1);
    expect(learned).toEqual([0, 5]);
  });

  it('learns all of them, in order, when nothing has come of it for five minutes', () => {
    const { learned, take } = keeper();
    take(...Array.from({ length: 11 }, () => 2));
    expect(learned).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('waits for one window only where much is known', () => {
    const { learned, take } = keeper(1_000);
    take(2, 2, 2);
    expect(learned).toEqual([0, 1]);
  });

  it('goes on from what was saved', () => {
    const first = keeper();
    first.take(2, 3);
    const to = new StateWriter();
    first.held.save(to);
    const again = keeper();
    again.held.load(new StateReader(to.finish()));
    again.held.merge(0, 5);
    again.take(0, 0, 0, 0, 0, 0);
    expect(again.learned).toEqual([0, 1, 0, 1, 2, 3, 4, 5]);
  });
});
