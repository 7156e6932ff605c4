import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../otel-processor/test/needs.ts';
import { loghub, loghubRaw } from '../../test/quality/labelled-logs.ts';
import { DESIGN_SYSTEMS } from '../../test/quality/synthetic/design-systems.ts';
import { HELD_OUT_SYSTEMS } from '../../test/quality/synthetic/held-out-systems.ts';
import { linesOf } from '../../test/quality/synthetic/lines.ts';
import { seededDraw } from '../../test/quality/synthetic/parameters.ts';
import { frontKey, makeFrontKey } from './front-key.ts';
import { key } from './key.ts';
import { lineShape, makeLineShape } from './line-shape.ts';

const RUNS = process.env.SEISMO_SOAK === '1' ? 5000 : 300;
const TERMS = ['IPv4', 'utf-8', 'http/1.1', 'md5', 'x86_64', 'level1', 'tlsv1', '2nd', 'ssh2', 'eth0', 'get_v2Config'];

function shapeOf(text: string): string {
  const bytes = new TextEncoder().encode(`#${text}#`);
  makeLineShape(bytes, 1, bytes.length - 1);
  return `${lineShape.high}:${lineShape.low}`;
}

/** The line with other digits, and whether the miner may take it for the same without reading it. */
function withOtherDigits(line: string, digit: () => number): string {
  return line.replace(/\d/g, () => `${digit()}`);
}

/** Pairs of lines of one shape that the miner would take for one another and that have different keys. */
function violations(lines: Iterable<string>, digit: () => number): string[] {
  const found: string[] = [];
  for (const line of lines) {
    const bytes = new TextEncoder().encode(line);
    if (!makeFrontKey(bytes, 0, bytes.length) || frontKey.digitsMatter) continue;
    key.read(bytes, 0, bytes.length);
    const { idHigh, idLow } = key;
    const other = withOtherDigits(line, digit);
    const otherBytes = new TextEncoder().encode(other);
    key.read(otherBytes, 0, otherBytes.length);
    if (key.idHigh !== idHigh || key.idLow !== idLow) found.push(`${line} | ${other}`);
  }
  return found;
}

describe('the shape of a line', () => {
  it('is the same for lines that differ in digits only, and for no others', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab01 9/:é'), maxLength: 40 });
    fc.assert(
      fc.property(text, text, fc.array(fc.nat({ max: 9 }), { minLength: 40, maxLength: 40 }), (a, b, digits) => {
        const plain = (line: string): string => line.replace(/\d/g, '0');
        expect(shapeOf(withOtherDigits(a, () => digits.pop() ?? 0))).toBe(shapeOf(a));
        expect(shapeOf(a) === shapeOf(b)).toBe(plain(a) === plain(b));
      }),
      { numRuns: RUNS },
    );
  });

  it('tells lines apart by a single byte, wherever it stands', () => {
    const line = 'Connection of worker 12 to 10.0.0.1 was lost after 250 ms';
    const shapes = Array.from(line, (_, at) => shapeOf(`${line.slice(0, at)}~${line.slice(at + 1)}`));
    expect(new Set(shapes).size).toBe(line.length);
  });

  it('stands for one key wherever the miner relies on it, over generated lines', () => {
    const piece = fc.oneof(
      fc.constantFrom(...TERMS, 'worker', 'failed', 'for', 'id=7', '10.0.0.1:80', 'rcv+0x1a', '[7]', 'v2=', 'k1=v1'),
      fc.string({ unit: fc.constantFrom(...'aZ07._-/=:+x'), minLength: 1, maxLength: 9 }),
    );
    const line = fc.tuple(fc.constantFrom('Request', 'user', '7', 'a1'), fc.array(piece, { maxLength: 7 }));
    fc.assert(
      fc.property(line, fc.array(fc.nat({ max: 9 }), { minLength: 80, maxLength: 80 }), ([first, rest], digits) => {
        expect(violations([[first, ...rest].join(' ')], () => digits.pop() ?? 0)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('stands for one key wherever the miner relies on it, over lines of many systems', { timeout: 180_000 }, () => {
    const draw = seededDraw(4);
    for (const [system, statements] of Object.entries({ ...DESIGN_SYSTEMS, ...HELD_OUT_SYSTEMS }))
      expect(violations(linesOf(system, statements, 500, 7).lines, () => draw(10))).toEqual([]);
  });

  it(
    'stands for one key wherever the miner relies on it, over the reference lines',
    { timeout: 180_000 },
    (context) => {
      if (referenceData === undefined) return context.skip(NO_REFERENCE_DATA);
      const draw = seededDraw(5);
      for (const { lines } of [...loghub(referenceData), ...loghubRaw(referenceData)])
        expect(violations(lines, () => draw(10))).toEqual([]);
    },
  );
});
