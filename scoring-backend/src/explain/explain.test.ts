import { describe, expect, it } from 'vitest';
import type { Evidence } from '../detectors/detector.ts';
import { ExampleLines } from './examples.ts';
import { anomalyId, hexId } from './ids.ts';
import { recordReason, windowReason } from './reasons.ts';

const LIMITS = { examplesPerTemplate: 3, maxExampleBytes: 10, maxStreamExampleBytes: 100_000 };
const SHOP = { tenant: '', namespace: '', service: 'shop', environment: '' };

function add(lines: ExampleLines, template: number, text: string, timeMs: number): void {
  const bytes = new TextEncoder().encode(text);
  lines.add(template, bytes, 0, bytes.length, -1, timeMs, 9, 0);
}

describe('ExampleLines', () => {
  it('keeps the latest lines of a template, and prefers those of the time that is asked for', () => {
    const lines = new ExampleLines(LIMITS);
    for (let i = 0; i < 5; i++) add(lines, 1, `line ${i}`, i * 10);
    expect(lines.of(1, 'id', 30, 50).map((line) => line.text)).toEqual(['line 3', 'line 4']);
    expect(lines.of(1, 'id', 60, 70).map((line) => line.text)).toEqual(['line 2', 'line 3', 'line 4']);
    expect(lines.of(2, 'id', 0, 70)).toEqual([]);
  });

  it('cuts long lines at the end of a character', () => {
    const lines = new ExampleLines(LIMITS);
    add(lines, 1, '123456789é', 0);
    add(lines, 1, '12345678é9', 1);
    add(lines, 1, '1234567€89', 2);
    expect(lines.of(1, 'id', 0, 9).map((line) => line.text)).toEqual(['123456789', '12345678é', '1234567€']);
  });

  it('hands the lines of a merged template on', () => {
    const lines = new ExampleLines(LIMITS);
    add(lines, 1, 'one', 5);
    add(lines, 2, 'two', 3);
    lines.merge(2, 1);
    expect(lines.of(1, 'id', 0, 9).map((line) => line.text)).toEqual(['two', 'one']);
    expect(lines.of(2, 'id', 0, 9)).toEqual([]);
  });
});

describe('reasons', () => {
  const template = { id: '0'.repeat(16), text: 'payment <*> timed out' };

  it.each<[Partial<Evidence>, string]>([
    [{ kind: 'rate', actual: 12_345, expected: 410.4 }, '12,345 records in 30 s, expected about 410'],
    [
      { kind: 'template_rate', actual: 212, expected: 2.96 },
      '“payment <*> timed out” came 212 times in 30 s, expected about 3',
    ],
    [
      { kind: 'error_rate', actual: 0.304, expected: 0.0021, unit: 'share' },
      '30 % of the records were errors, expected about 0.21 %',
    ],
    [
      { kind: 'silence', actual: 61, expected: 10.02, unit: 'seconds' },
      '“payment <*> timed out” has been silent for 61 s, it comes every 10 s',
    ],
    [
      { kind: 'new_template', actual: 4, expected: 0.0001 },
      '4 new kinds of message in 30 s, expected about 0, most often “payment <*> timed out”',
    ],
  ])('say what came and what was expected: %o', (evidence, text) => {
    const whole: Evidence = {
      kind: 'rate',
      magnitude: 5,
      expected: 0,
      actual: 0,
      unit: 'records',
      template: 1,
      ...evidence,
    };
    expect(windowReason(whole, template, 30).text).toBe(text);
  });

  it('tell a new line from a rare one', () => {
    expect(recordReason(template, { count: 0, records: 1000, gap: 1000, newChance: 0.002 }, 6)).toMatchObject({
      kind: 'new_template',
      expected: 0.002,
      templateId: template.id,
    });
    expect(recordReason(template, { count: 2, records: 2_000_000, gap: 700_000, newChance: 0 }, 6).text).toBe(
      '“payment <*> timed out” is rare: about 1 in 1,000,000 records',
    );
  });

  it('name the pause when it is what is rare', () => {
    const history = { count: 10_000, records: 20_000, gap: 18, newChance: 0 };
    expect(recordReason(template, history, 4).text).toBe(
      '“payment <*> timed out” comes about every 2 records, this time after 18',
    );
  });
});

describe('ids', () => {
  it('are 16 hex digits, the same for the same anomaly and other for another', () => {
    expect(hexId(1, 0xffffffff)).toBe('00000001ffffffff');
    const id = anomalyId(SHOP, 'window', 1_760_000_000_000, 30_000);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(anomalyId({ ...SHOP }, 'window', 1_760_000_000_000, 30_000)).toBe(id);
    const others = [
      anomalyId(SHOP, 'window', 1_760_000_030_000, 30_000),
      anomalyId(SHOP, 'window', 1_760_000_000_000, 60_000),
      anomalyId({ ...SHOP, service: 'till' }, 'window', 1_760_000_000_000, 30_000),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });
});
