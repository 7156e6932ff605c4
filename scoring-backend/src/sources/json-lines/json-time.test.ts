import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeTold } from '../../../test/json-line-oracle.ts';
import { numberTime, textTime } from './json-time.ts';

const two = (most: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, '0'));
const written = fc
  .tuple(
    ...([
      fc.integer({ min: 1800, max: 2400 }).map(String),
      two(13),
      two(32),
      fc.constantFrom('T', ' ', 't', '  '),
    ] as const),
    ...([
      two(25),
      two(61),
      two(61),
      fc.constantFrom('', '.', '.1', '.12', '.123', '.9999', '.123456789', '.1234567890', ',5'),
    ] as const),
    fc.constantFrom('', 'Z', 'z', '+00:00', '+02:00', '-0330', '+14:00', '+15:00', '-23:59', '+02', ' UTC', ' '),
  )
  .map(
    ([year, month, day, between, hour, minute, second, fraction, zone]) =>
      `${year}-${month}-${day}${between}${hour}:${minute}:${second}${fraction}${zone}`,
  );

describe('a time in JSON', () => {
  it('is what Date.parse makes of it, in all ways of writing ISO 8601', () => {
    fc.assert(
      fc.property(written, (text) => {
        const bytes = Buffer.from(`"${text}"7`);
        expect(textTime(bytes, 1, 1 + Buffer.byteLength(text))).toEqual(timeTold(text));
      }),
      { numRuns: 20_000 },
    );
  });

  it('counts seconds, milliseconds, microseconds or nanoseconds by its size', () => {
    for (const value of [0, -1, 1772352000, 1772352000.123, 1772352000123, 1772352000123456, 1772352000123456800])
      expect(numberTime(value)).toEqual(timeTold(value));
  });
});
