import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeBatches } from '../../bench/batches.ts';
import { LogsColumns } from './columns.ts';
import { columnsBlockBytes, readColumnsBlock, writeColumnsBlock } from './columns-block.ts';
import { decodeLogs } from './decode.ts';

/** What a reader of records may ask for: all but the ranges that splicing needs. */
function whatIsRead(columns: LogsColumns): Record<string, unknown> {
  const { records, scopes, resources, values } = columns;
  const rows: Record<string, unknown> = { records, scopes, resources, values };
  for (const [name, column] of Object.entries(columns)) {
    if (!ArrayBuffer.isView(column) || /^(record|resource(?!Message)|scope(Tag|Start|End))/.test(name)) continue;
    const group = { scope: scopes, resou: resources, value: values }[name.slice(0, 5)];
    const length = group ?? records;
    rows[name] = Array.from(column as unknown as ArrayLike<number>).slice(0, length);
  }
  return rows;
}

describe('a block of decoded columns', () => {
  it('gives another thread what decoding the request again would give, whatever it held before', () => {
    const reader = new LogsColumns();
    fc.assert(
      fc.property(
        fc.record({
          records: fc.integer({ min: 1, max: 2000 }),
          resources: fc.integer({ min: 1, max: 90 }),
          seed: fc.integer(),
        }),
        (options) => {
          const [{ bytes }] = makeBatches({ count: 1, ...options });
          const decoded = new LogsColumns();
          decodeLogs(bytes, decoded);
          const block = new SharedArrayBuffer(columnsBlockBytes(decoded));
          writeColumnsBlock(decoded, block);
          readColumnsBlock(block, reader);
          expect(whatIsRead(reader)).toEqual(whatIsRead(decoded));
        },
      ),
      { numRuns: 8 },
    );
  });

  it('does not write past a block that is too short', () => {
    const decoded = new LogsColumns();
    decodeLogs(makeBatches({ count: 1, records: 10 })[0].bytes, decoded);
    const block = new SharedArrayBuffer(columnsBlockBytes(decoded) - 1);
    expect(() => writeColumnsBlock(decoded, block)).toThrow(RangeError);
  });
});
