import { describe, expect, it } from 'vitest';
import { evaluationOptions, type EvaluationFlags } from './evaluation-options.ts';

const refusal = (flags: EvaluationFlags): string => {
  try {
    evaluationOptions(flags);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('Options of an evaluation', () => {
  it('are learn-then-score with training data, and chronological with a warm-up without', () => {
    expect(evaluationOptions({ train: ['a'], test: ['b'] })).toMatchObject({ frozen: true, warmUp: 0, unit: 'line' });
    expect(evaluationOptions({ test: ['b'] })).toMatchObject({ frozen: false, warmUp: 0.2, format: 'lines' });
    expect(evaluationOptions({ train: ['a'], test: ['b'], warmUp: '0' })).toMatchObject({ frozen: false, warmUp: 0 });
  });

  it('know the unit from the other flags', () => {
    expect(evaluationOptions({ test: ['b'], window: '100l' })).toMatchObject({
      unit: 'window',
      window: { lines: 100 },
    });
    expect(evaluationOptions({ test: ['b'], window: '5m' })).toMatchObject({ unit: 'window', window: { ms: 300_000 } });
    expect(evaluationOptions({ test: ['b'], sessionPattern: 'id=(\\d+)' }).unit).toBe('session');
    expect(evaluationOptions({ test: ['b'], format: 'sequences' }).unit).toBe('session');
  });

  it.each<[EvaluationFlags, string]>([
    [{}, '--test'],
    [{ test: ['b'], testNormal: ['c'] }, '--test and --test-normal/--test-abnormal exclude each other'],
    [{ test: ['b'], format: 'xml' }, '--format must be one of lines, csv, jsonl, sequences, values, got xml'],
    [{ test: ['b'], unit: 'day' }, '--unit must be one of line, session, window, file, got day'],
    [{ test: ['b'], window: '7x' }, '--window must be lines or seconds, such as 100l or 60s, got 7x'],
    [{ test: ['b'], window: '7s' }, "--window must be one of the engine's sizes, 30s, 60s, 300s"],
    [{ test: ['b'], unit: 'window' }, '--unit window needs --window'],
    [{ test: ['b'], unit: 'file', window: '10l' }, '--window is for --unit window, got --unit file'],
    [{ test: ['b'], unit: 'session' }, '--unit session needs --session-pattern'],
    [{ test: ['b'], sessionPattern: '(' }, '--session-pattern'],
    [
      { test: ['b'], format: 'values', unit: 'window', window: '9l' },
      '--unit must be line for --format values, got window',
    ],
    [{ test: ['b'], valueColumn: 'x' }, '--value-column is for --format values and csv, got --format lines'],
    [
      { test: ['b'], labelPrefix: 'a b' },
      "--label-prefix must be the first column of normal lines, such as '-', got 'a b'",
    ],
    [{ test: ['b'], labelColumn: 'x' }, '--label-column is for --format csv, jsonl and values, got --format lines'],
    [{ test: ['b'], warmUp: '1.5' }, '--warm-up must be a share from 0 to below 1, got 1.5'],
    [{ test: ['b'], seed: '-3' }, '--seed must be a whole number'],
  ])('refuse %j and name the flag', (flags, message) => {
    expect(refusal(flags)).toContain(message);
  });
});
