import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import wabt from 'wabt';
import { innocent, SECRETS } from '../../test/redaction.ts';
import { request } from '../../test/request-arbitrary.ts';
import { KeyWords } from './key-words.ts';
import { DEFAULT_RULES, RULE_NAMES, type RuleName, RuleSet } from './rules.ts';
import { suspicionScan } from './suspicion-scan.ts';
import type { SuspicionScan } from './suspicions.ts';
import { shapesOf } from './suspicion-shapes.ts';
import { tablesOf } from './suspicion-tables.ts';
import { wordsOf } from './token-words.ts';

const RUNS = process.env.SEISMO_SOAK === '1' ? 20_000 : 1_000;

/** Scans for the same with vector instructions and without. */
function bothScans(rules: readonly RuleName[], secretWords: readonly string[] = []): readonly SuspicionScan[] {
  const { enabled, secretKeys, userKeys } = new RuleSet({ rules, action: 'mask', actions: {}, secretWords });
  const keyWords = [secretKeys, userKeys].filter((one) => one !== undefined);
  const tables = tablesOf(shapesOf(enabled, wordsOf(enabled), keyWords), enabled.has('card') || enabled.has('phone'));
  return [suspicionScan(tables), suspicionScan(tables, false)];
}

/** All places, or those at which each next search begins `step` bytes behind the last place. */
function places(scan: SuspicionScan, bytes: Uint8Array, step = 1): number[] {
  const all: number[] = [];
  scan.start();
  for (let at = scan.next(bytes, 0); at >= 0; at = scan.next(bytes, at + step)) all.push(at);
  return all;
}

const piece = fc.oneof(
  { weight: 3, arbitrary: innocent },
  { weight: 3, arbitrary: fc.oneof(...Object.values(SECRETS)).map(([text]) => text) },
  fc.string({ unit: fc.constantFrom(...'0123456789 -@+.:=AKIey"\\\u0012'), maxLength: 40 }),
);
const text = fc.array(piece, { maxLength: 8 }).map((parts) => Buffer.from(parts.join('')));
const anyBytes = fc.oneof(text, request, fc.uint8Array({ maxLength: 300 }));

describe('the scan for suspicions', () => {
  it('is assembled from its source', async () => {
    const source = readFileSync(new URL('./suspicion-scan.wat', import.meta.url), 'utf8');
    const { parseWat } = await wabt();
    const { buffer } = parseWat('suspicion-scan.wat', source, { relaxed_simd: true }).toBinary({});
    const code = readFileSync(new URL('./suspicion-scan.wasm', import.meta.url));
    expect(code.equals(buffer)).toBe(true);
  });

  it('comes to the same places with vector instructions and without, for whatever rules', () => {
    const rules: readonly (readonly RuleName[])[] = [DEFAULT_RULES, RULE_NAMES, ...RULE_NAMES.map((name) => [name])];
    const scans = [...rules.map((names) => bothScans(names)), bothScans(DEFAULT_RULES, ['kennwort', 'pin', 'losung'])];
    expect(scans[0][0].constructor).not.toBe(scans[0][1].constructor);
    let found = 0;
    fc.assert(
      fc.property(anyBytes, fc.constantFrom(...scans), fc.nat(20), ([...bytes], [vectors, single], step) => {
        const request = Uint8Array.from(bytes);
        const all = places(single, request, step + 1);
        expect(places(vectors, request, step + 1)).toEqual(all);
        found += all.length;
      }),
      { numRuns: RUNS * 2 },
    );
    expect(found).toBeGreaterThan(RUNS);
  });

  it('comes to the same places in requests of many slices, few and many of them', () => {
    const [vectors, single] = bothScans(RULE_NAMES);
    for (const part of ['no more than words, ', 'password="x" ', '@a@b', '4111111111111111', '+1 555-234-5678, ']) {
      const bytes = Buffer.from(part.repeat(Math.ceil(200_000 / part.length)));
      const all = places(single, bytes);
      expect(all.length > 0).toBe(part !== 'no more than words, ');
      expect(places(vectors, bytes)).toEqual(all);
      for (const step of [1_000, 60_000]) expect(places(vectors, bytes, step)).toEqual(places(single, bytes, step));
    }
  });

  it('takes hundreds of key words, and tells all of them', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'];
    const secretWords = letters.flatMap((one) => letters.map((other) => `x${one}${other}`));
    const scans = bothScans(DEFAULT_RULES, secretWords);
    const bytes = Buffer.from(secretWords.map((word) => `${word}=1, ${word}" = 2`).join('; '));
    for (const scan of scans) {
      const all = new Set(places(scan, bytes));
      for (let at = bytes.indexOf('='); at >= 0; at = bytes.indexOf('=', at + 1))
        expect(all.has(bytes[at - 1] === 0x20 ? at - 2 : at)).toBe(true);
    }
    expect(new KeyWords(secretWords).endKey(bytes, 0, 3)).toBe(true);
  });
});
