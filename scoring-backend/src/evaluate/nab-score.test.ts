import { describe, expect, it } from 'vitest';
import { nabNormalised, nabScore, type NabFile } from './nab-score.ts';

const STANDARD = { tpWeight: 1, fpWeight: 0.11, fnWeight: 1 };

function file(...rows: number[]): NabFile {
  const flagged = new Uint8Array(1_000);
  for (const row of rows) flagged[row] = 1;
  return {
    rows: 1_000,
    windows: [
      [300, 399],
      [700, 799],
    ],
    flagged,
  };
}

describe('The scoring of the Numenta Anomaly Benchmark', () => {
  it('gives 100 to a detection at the beginning of every window, and 0 to none at all', () => {
    const score = (of: NabFile): number => nabNormalised([nabScore(of, STANDARD)], STANDARD);
    expect(score(file(300, 700))).toBeCloseTo(100, 6);
    expect(score(file())).toBe(0);
    expect(score(file(300))).toBeCloseTo(50, 6);
  });

  it('pays less for a late detection, and once per window', () => {
    const late = nabScore(file(390), STANDARD);
    expect(late).toMatchObject({ windows: 2, found: 1, falseDetections: 0 });
    expect(late.score).toBeGreaterThan(-1);
    expect(late.score).toBeLessThan(nabScore(file(310), STANDARD).score);
    expect(nabScore(file(310, 320, 390), STANDARD).score).toBe(nabScore(file(310), STANDARD).score);
  });

  it('charges a detection the more the further it is behind a window, and in full before the first', () => {
    const at = (row: number): number => nabScore(file(row), STANDARD).score + 2;
    expect(at(402)).toBeGreaterThan(-0.02);
    expect(at(450)).toBeLessThan(at(402));
    expect(at(200)).toBeCloseTo(-0.11, 12);
    // 150 rows are probation.
    expect(at(100)).toBe(0);
    expect(nabScore(file(200), { ...STANDARD, fpWeight: 0.22 }).score + 2).toBeCloseTo(-0.22, 12);
  });
});
