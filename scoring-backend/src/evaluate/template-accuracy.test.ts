import { describe, expect, it } from 'vitest';
import { accuracy, textAccuracy } from './template-accuracy.ts';

const LABELS = ['a', 'a', 'b', 'b', 'c', 'c'];
const TEMPLATES = LABELS.map((label) => `${label} took <*> ms`);

describe('accuracy of templates', () => {
  it('counts a group only when it is exactly the lines of one label', () => {
    expect(accuracy([0, 0, 1, 1, 2, 2], LABELS)).toMatchObject({ ga: 1, fga: 1, pairs: 1 });
    // b is split, a and c are together.
    expect(accuracy([0, 0, 1, 2, 0, 0], LABELS)).toMatchObject({ ga: 0, fga: 0 });
    expect(accuracy([0, 0, 1, 1, 1, 1], LABELS)).toMatchObject({ ga: 1 / 3, fga: 2 / 5, groups: 2, labels: 3 });
  });

  it('counts a line as parsed when its template reads as the true one, however it is grouped', () => {
    const groups = [0, 0, 1, 2, 3, 3];
    const texts = ['a took <*> ms', 'b took <*> ms', 'b took <*> ms', 'c took 5 ms'];
    const { pa, fta } = textAccuracy(groups, (group) => texts[group], LABELS, TEMPLATES);
    expect(pa).toBeCloseTo(4 / 6);
    // Only a is grouped exactly and reads right: one of four templates, one of three labels.
    expect(fta).toBeCloseTo(2 / 7);
  });

  it('takes variables with a separator between them for one, and words for words', () => {
    const reads = (text: string, truth: string): number => textAccuracy([0], () => text, ['a'], [truth]).pa;
    expect(reads('from <*>', 'from <*>:<*>')).toBe(1);
    expect(reads('from <*><*>', 'from  <*>')).toBe(1);
    expect(reads('from <*> <*>', 'from <*>')).toBe(0);
    expect(reads('<*> <*>', 'from <*>')).toBe(0);
  });
});
