import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duration, oneLine, rarity, several, severityName, timeSpan, wrapped } from './wording.ts';

describe('wording', () => {
  it('tells a magnitude as rarity', () => {
    expect(rarity(4.6, 'window')).toBe('1 in 40,000 windows');
    expect(rarity(2, 'record')).toBe('1 in 100 records');
    expect(rarity(0, 'record')).toBe('1 in 1 records');
    expect(rarity(12, 'window')).toBe('less than 1 in a billion windows');
  });

  it('never makes something rarer sound commoner', () => {
    const told = (magnitude: number): number =>
      magnitude >= 9 ? Infinity : Number(/1 in ([\d,]+)/.exec(rarity(magnitude, 'window'))?.[1].replaceAll(',', ''));
    const magnitudes = fc.tuple(
      fc.double({ min: 0, max: 12, noNaN: true }),
      fc.double({ min: 0, max: 3, noNaN: true }),
    );
    fc.assert(fc.property(magnitudes, ([low, more]) => told(low + more) >= told(low)));
  });

  it('tells durations in units a person would use', () => {
    expect([34_000, 119_000, 150_000, 3_600_000, 7_200_000, 9_000_000, 200_000_000].map(duration)).toEqual([
      ...['34 s', '119 s', '3 min', '60 min', '2 h', '2 h 30 min', '2 d 7 h'],
    ]);
  });

  it('tells the date of a span once', () => {
    const ms = Date.UTC(2026, 10, 21, 14, 3, 30);
    expect(timeSpan(ms, ms)).toBe('2026-11-21 14:03:30');
    expect(timeSpan(ms, ms + 30_000)).toBe('2026-11-21 14:03:30 – 14:04:00');
    expect(timeSpan(ms, ms + 86_400_000)).toBe('2026-11-21 14:03:30 – 2026-11-22 14:03:30');
  });

  it('counts one and many', () => {
    expect([several(1, 'anomaly', 'anomalies'), several(1200, 'record')]).toEqual(['1 anomaly', '1,200 records']);
  });

  it('lets no escape sequence and no line end through, and keeps to its width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 60 }), (text, columns) => {
        const line = oneLine(text, columns);
        // eslint-disable-next-line no-control-regex
        return line.length <= columns && !/[\u0000-\u001f\u007f-\u009f]/.test(line);
      }),
    );
  });

  it('wraps without losing a word', () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '“', '…'), minLength: 1, maxLength: 12 }));
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 40 }), (list, columns) => {
        const lines = wrapped(list.join(' '), columns);
        expect(lines.every((line) => line.length <= columns)).toBe(true);
        expect(lines.join(' ')).toBe(list.join(' '));
      }),
    );
  });

  it('names the range of every severity number', () => {
    expect([0, 1, 5, 9, 12, 13, 17, 21, 24].map(severityName)).toEqual([
      ...['', 'TRACE', 'DEBUG', 'INFO', 'INFO', 'WARN', 'ERROR', 'FATAL', 'FATAL'],
    ]);
  });
});
