import { describe, expect, it } from 'vitest';
import type { StripRow } from '../verdicts/strip-rows.ts';
import { moveCursor } from './cursor-keys.ts';

const MINUTE = 60_000;
const range = { fromMs: 0, toMs: 10 * MINUTE };

function row(key: string, ...anomalyMinutes: number[]): StripRow {
  const stream = { service: key, environment: '', namespace: '' };
  return {
    ...{ key, stream, label: key, sizeMs: MINUTE, peakScore: 0, peakMargin: 0, confidence: undefined },
    series: {
      score: { times: Array.from({ length: 10 }, (_, i) => i * MINUTE), values: Array(10).fill(0), field: {} as never },
    },
    marks: anomalyMinutes.map((minute) => ({
      ...{ id: '', stream, reason: '', score: 0.9, margin: 1 },
      startMs: minute * MINUTE,
      endMs: (minute + 1) * MINUTE,
    })),
  };
}

const rows = [row('a', 2, 5), row('b'), row('c', 1)];

describe('the keys of the strip', () => {
  it('begin at the first window of the first service', () => {
    expect(moveCursor('ArrowRight', undefined, rows, range)).toEqual({ row: 0, ms: 0 });
  });

  it('move by window and by service and stop at the edges', () => {
    const at = { row: 0, ms: 0 };
    expect(moveCursor('ArrowRight', at, rows, range)).toEqual({ row: 0, ms: MINUTE });
    expect(moveCursor('ArrowDown', at, rows, range)).toEqual({ row: 1, ms: 0 });
    expect(moveCursor('ArrowUp', at, rows, range)).toEqual(at);
    expect(moveCursor('ArrowLeft', at, rows, range)).toEqual(at);
    expect(moveCursor('PageDown', at, rows, range)).toEqual({ row: 2, ms: 0 });
    expect(moveCursor('End', at, rows, range)).toEqual({ row: 0, ms: 9 * MINUTE });
  });

  it('go from anomaly to anomaly, over services without any', () => {
    let cursor = moveCursor('n', undefined, rows, range);
    const seen = [cursor];
    for (let i = 0; i < 3; i++) seen.push((cursor = moveCursor('n', cursor, rows, range)));
    const found = [
      { row: 0, ms: 2 * MINUTE },
      { row: 0, ms: 5 * MINUTE },
      { row: 2, ms: MINUTE },
    ];
    expect(seen).toEqual([...found, found[2]]);
    expect(moveCursor('p', found[2], rows, range)).toEqual(found[1]);
  });

  it('leave alone what is not theirs, and a strip without services', () => {
    expect(moveCursor('x', { row: 0, ms: 0 }, rows, range)).toBeUndefined();
    expect(moveCursor('ArrowDown', undefined, [], range)).toBeUndefined();
  });
});
