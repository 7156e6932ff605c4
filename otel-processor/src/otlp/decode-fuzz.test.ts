/** Mutated and random requests: no crash, no hang, and never a byte read outside of the request. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { request as anyRequest } from '../../test/request-arbitrary.ts';
import * as oracle from '../../test/wire-oracle.ts';
import { bytesField, fieldsOf, pairOf, recordsOf } from '../../test/wire-oracle.ts';
import { LogsColumns } from './columns.ts';
import { decodeLogs } from './decode.ts';
import { MalformedRequest } from './request-errors.ts';

const FUZZ = process.env.SEISMO_SOAK === '1' ? 1_000_000 : 100_000;

describe('decodeLogs on broken input', () => {
  const samples = fc.sample(anyRequest, { numRuns: 200, seed: 7 }).filter((bytes) => bytes.length > 0);
  const random = fc.sample(fc.uint8Array({ maxLength: 60 }), { numRuns: 500, seed: 8 });

  /** Mutations that are the same in every run: a linear congruential generator. */
  function* mutants(count: number): Generator<Buffer> {
    let state = 12345;
    const next = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let i = 0; i < count; i++) {
      const source = next(4) === 0 ? random[next(random.length)] : samples[next(samples.length)];
      const bytes = Buffer.from(source);
      for (let n = next(4); n >= 0 && bytes.length > 0; n--)
        bytes[next(bytes.length)] = next(3) === 0 ? 0xff : next(256);
      yield next(3) === 0 ? bytes.subarray(0, next(bytes.length + 1)) : bytes;
    }
  }

  /** Decodes and says what came of it, so that two runs can be compared. */
  function outcome(bytes: Uint8Array, columns: LogsColumns): string {
    try {
      decodeLogs(bytes, columns);
    } catch (error) {
      if (!(error instanceof MalformedRequest)) throw error;
      return error.message;
    }
    let sum = columns.scopes * 31 + columns.resources;
    for (let i = 0; i < columns.records; i++)
      sum =
        (Math.imul(sum, 31) +
          columns.recordEnd[i] +
          columns.bodyEnd[i] * 7 +
          columns.severity[i] +
          columns.fileEnd[i] +
          columns.traceStart[i]) |
        0;
    return `${columns.records} records, ${sum}`;
  }

  it(`takes ${FUZZ} mutated requests without a crash, and what lies behind the end makes no difference`, () => {
    const columns = new LogsColumns();
    const room = Buffer.alloc(1 << 16);
    let good = 0;
    for (const bytes of mutants(FUZZ)) {
      if (bytes.length > room.length) continue;
      const alone = outcome(new Uint8Array(bytes), columns);
      // The same request between bytes that would be read as lengths without end.
      room.fill(0xff, 0, bytes.length + 64);
      room.set(bytes, 16);
      expect(outcome(room.subarray(16, 16 + bytes.length), columns)).toBe(alone);
      if (alone.includes('records,')) good++;
    }
    expect(good).toBeGreaterThan(FUZZ / 50);
  }, 600_000);

  it('never asks for a byte outside of the request', () => {
    const columns = new LogsColumns();
    for (const bytes of mutants(3_000)) {
      const plain = new Uint8Array(bytes);
      const watched = new Proxy(plain, {
        get(target, name) {
          if (typeof name === 'string' && /^-?\d+$/.test(name) && !(Number(name) >= 0 && Number(name) < target.length))
            throw new RangeError(`read of byte ${name} of ${target.length}`);
          return Reflect.get(target, name, target) as unknown;
        },
      });
      outcome(watched, columns);
    }
  });

  it('refuses what a plain decoder refuses of the levels it walks, and takes what is whole to the bottom', () => {
    const columns = new LogsColumns();
    const fails = (read: () => void): boolean => {
      try {
        read();
        return false;
      } catch {
        return true;
      }
    };
    let refused = 0;
    for (const bytes of mutants(5_000)) {
      const walked = fails(() => {
        for (const record of recordsOf(bytes)) for (const attribute of oracle.contents(record, 6)) fieldsOf(attribute);
      });
      const nested = fails(() => {
        for (const record of recordsOf(bytes)) for (const attribute of oracle.contents(record, 6)) pairOf(attribute);
        for (const record of recordsOf(bytes)) for (const body of oracle.contents(record, 5)) oracle.valueOf(body);
        for (const resource of oracle.contents(bytes, 1))
          for (const one of oracle.contents(resource, 1)) oracle.valueOf(bytesField(6, one));
      });
      const taken = outcome(bytes, columns).includes('records,');
      if (walked) expect(taken, bytes.toString('hex')).toBe(false);
      else if (!nested) expect(taken, bytes.toString('hex')).toBe(true);
      if (walked) refused++;
    }
    expect(refused).toBeGreaterThan(500);
  });
});
