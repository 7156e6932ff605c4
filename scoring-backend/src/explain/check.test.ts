import { describe, expect, it } from 'vitest';
import { NO_TRAITS, type Evidence } from '../detectors/detector.ts';
import { WindowCounts } from '../windows/window-counts.ts';
import { AlteredWindow } from './altered-window.ts';
import { checkCauses, checkText, isWeak } from './check.ts';

const BIRTHS = { bornMs: Float64Array.of(-1, -1, -1, 5) };

/** 100 records of template 0, 20 of 1 of which 10 errors, 5 of the new template 3. */
function window(): WindowCounts {
  const counts = new WindowCounts(BIRTHS);
  counts.open(0, 30_000);
  for (let i = 0; i < 100; i++) counts.add(0, 0, 50);
  for (let i = 0; i < 20; i++) counts.add(1, i % 2, 50);
  for (let i = 0; i < 5; i++) counts.add(3, 0, 50);
  counts.values.addDuration(500);
  counts.seal(4);
  return counts;
}

function altered(): AlteredWindow {
  return new AlteredWindow(window(), BIRTHS, 64);
}

function cause(changes: Partial<Evidence>): Evidence {
  return { kind: 'rate', magnitude: 6, expected: 0, actual: 0, unit: 'records', template: -1, ...changes };
}

describe('AlteredWindow', () => {
  it('has the expected count of a template, and only the errors that go with it', () => {
    const without = altered();
    expect(without.remove(cause({ kind: 'template_rate', template: 1, expected: 4.2, actual: 20 }))).toBe(true);
    expect(without.window).toMatchObject({ records: 109, errors: 2 });
    expect(without.window.counts[1]).toBe(4);
    expect(without.window.sequenceSurprise).toBeNaN();
  });

  it('has fewer records of every template when there were too many in all', () => {
    const without = altered();
    without.remove(cause({ kind: 'rate', expected: 62.5, actual: 125 }));
    expect([...without.window.counts.subarray(0, 4)]).toEqual([50, 10, 0, 3]);
    expect(without.window).toMatchObject({ records: 63, errors: 5 });
  });

  it('has the usual share of errors, no new templates, the usual figures', () => {
    const without = altered();
    without.remove(cause({ kind: 'error_rate', unit: 'share', expected: 0.008, actual: 0.08 }));
    expect(without.window.errors).toBe(1);
    without.remove(cause({ kind: 'new_template', template: 3, actual: 1 }));
    expect(without.window).toMatchObject({ newTemplates: 0, newRecords: 0, records: 120, touchedCount: 2 });
    const contributions = [{ feature: 'response_time_avg', share: 0.9, expected: 20, actual: 500 }];
    without.remove(cause({ kind: 'unusual_window', contributions }));
    expect(without.window.responseTimeAvgMs).toBe(20);
  });

  it('cannot take away what does not lie in the records', () => {
    expect(altered().remove(cause({ kind: 'silence', template: 2, expected: 10, actual: 60 }))).toBe(false);
  });

  it('leaves the window itself as it is', () => {
    const original = window();
    new AlteredWindow(original, BIRTHS, 64).remove(cause({ kind: 'new_template', template: 3 }));
    expect(original).toMatchObject({ records: 125, newTemplates: 1 });
    expect(original).toMatchObject({ errors: NO_TRAITS.errorsOf(0) + 10 });
  });
});

describe('checkCauses', () => {
  const first = cause({ kind: 'template_rate', template: 1, expected: 4, actual: 20, magnitude: 8 });
  const second = cause({ kind: 'new_template', template: 3, expected: 0, actual: 5, magnitude: 6 });

  it('takes the causes away one by one until nothing odd is left', () => {
    const one = checkCauses(altered(), [first, second], 8, 4.8, () => 1);
    expect(one).toMatchObject({ causes: [first], before: 8, after: 1, remains: false });
    expect(isWeak(one)).toBe(false);
    const both = checkCauses(altered(), [first, second], 8, 4.8, (left) => (left.newTemplates === 0 ? 1 : 6));
    expect(both.causes).toEqual([first, second]);
    expect(both.remains).toBe(false);
  });

  it('does not listen to the detectors of a cause that cannot be taken out of the records', () => {
    const silence = cause({ kind: 'silence', template: 2, magnitude: 7 });
    const result = checkCauses(altered(), [silence], 7, 4.8, (_, unheard) => (unheard.has('silence') ? 0.5 : 7));
    expect(result.after).toBe(0.5);
  });

  it('says so when the causes explain little', () => {
    const little = checkCauses(altered(), [first], 8, 4.8, () => 7.6);
    expect(isWeak(little)).toBe(true);
    expect(checkText(little, 'x')).toContain('changes little');
    const part = checkCauses(altered(), [first], 8, 4.8, () => 5.5);
    expect(isWeak(part)).toBe(true);
    expect(checkText(part, 'x')).toBe(
      'without x: 1 in 100,000,000 → 1 in 300,000. It explains a part, what is left is still an anomaly',
    );
    expect(
      checkText(
        checkCauses(altered(), [first], 13, 4.8, () => 0.3),
        'x',
      ),
    ).toBe('without x: less than 1 in 10^12 → quite normal');
  });
});
