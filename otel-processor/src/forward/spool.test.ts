import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Spool, type SpooledBatch, type SpoolOptions } from './spool.ts';

let dir: string;
let lost: [records: number, why: string][];
let spool: Spool;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'seismo-spool-'));
  lost = [];
  open();
});
afterEach(() => {
  spool.close();
  rmSync(dir, { recursive: true });
});

function open(options: Partial<SpoolOptions> = {}): void {
  spool = new Spool({
    ...{ dir, maxBytes: 1_000_000, segmentBytes: 2_000, fsync: 'never' },
    onLost: (records, why) => lost.push([records, why]),
    ...options,
  });
}

function reopen(options: Partial<SpoolOptions> = {}): void {
  spool.close();
  open(options);
}

function batch(text: string, records = 1, tenant = ''): SpooledBatch {
  return { bytes: Buffer.from(text), tenant, records };
}

function textOfFirst(): string | undefined {
  const first = spool.first();
  return first === undefined ? undefined : Buffer.from(first.bytes).toString();
}

function segments(): string[] {
  return readdirSync(dir).filter((name) => name.endsWith('.spool'));
}

describe('the spool', () => {
  it('gives back what was put in, in order, through any number of restarts', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.string({ minLength: 1, maxLength: 700 }).map((text) => ({ put: text })) },
      { weight: 3, arbitrary: fc.constant('take' as const) },
      { weight: 1, arbitrary: fc.constant('restart' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        while (spool.first() !== undefined) spool.shift();
        const expected: SpooledBatch[] = [];
        for (const next of steps) {
          if (next === 'restart') reopen();
          else if (next === 'take') {
            spool.shift();
            expected.shift();
          } else {
            const added = batch(next.put, next.put.length, `tenant-${next.put.length % 3}`);
            spool.append(added);
            expected.push(added);
          }
          const first = spool.first();
          expect(first && { ...first, bytes: Buffer.from(first.bytes) }).toEqual(expected[0]);
          expect(spool.records).toBe(expected.reduce((sum, { records }) => sum + records, 0));
          expect(spool.isEmpty).toBe(expected.length === 0);
        }
        expect(lost).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('drops the oldest when it is full, says how many records that were, and never grows past its bound', () => {
    reopen({ maxBytes: 10_000 });
    for (let i = 0; i < 100; i++) {
      spool.append(batch(`${i}`.padEnd(500, '.'), 10));
      expect(spool.bytes).toBeLessThanOrEqual(10_000);
    }
    const dropped = lost.reduce((sum, [records]) => sum + records, 0);
    expect(new Set(lost.map(([, why]) => why))).toEqual(new Set(['full']));
    expect(dropped + spool.records).toBe(1000);
    expect(textOfFirst()).toMatch(new RegExp(`^${dropped / 10}\\.`));
  });

  it('refuses a batch larger than the whole spool, and keeps the others', () => {
    reopen({ maxBytes: 1000 });
    spool.append(batch('small'));
    spool.append(batch('x'.repeat(2000), 7));
    expect(lost).toEqual([[7, 'full']]);
    expect(textOfFirst()).toBe('small');
  });

  it('loses only the batch that a crash cut off', () => {
    spool.append(batch('first'));
    spool.append(batch('second'));
    const [name] = segments();
    truncateSync(join(dir, name), readFileSync(join(dir, name)).length - 3);
    reopen();
    spool.append(batch('third'));
    expect(textOfFirst()).toBe('first');
    spool.shift();
    expect(textOfFirst()).toBe('third');
  });

  it('does not hand out bytes that are not those written, and says what that cost', () => {
    spool.append(batch('first', 3));
    spool.append(batch('x'.repeat(1990), 4));
    const [name] = segments();
    const bytes = readFileSync(join(dir, name));
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(join(dir, name), bytes);
    expect(textOfFirst()).toMatch(/^x+$/);
    expect(lost).toEqual([[3, 'damaged']]);
  });

  it('starts with a folder that holds something else', () => {
    writeFileSync(join(dir, 'readme.txt'), 'not a segment');
    writeFileSync(join(dir, 'cursor'), 'not a cursor');
    writeFileSync(join(dir, '00000009.spool'), 'not a batch, and rather long for what it is');
    reopen();
    expect(spool.isEmpty).toBe(true);
    spool.append(batch('works'));
    appendFileSync(join(dir, 'readme.txt'), '!');
    reopen();
    expect(textOfFirst()).toBe('works');
  });
});
