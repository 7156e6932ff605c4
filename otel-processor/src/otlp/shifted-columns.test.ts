import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attribute, record, request } from '../../test/request-arbitrary.ts';
import { bytesField } from '../../test/wire-oracle.ts';
import { LogsColumns } from './columns.ts';
import { compileRecordKeys, decodeLogs } from './decode.ts';
import { RequestEdits } from './request-edits.ts';
import { isRecordChosen, Rewriter } from './rewrite.ts';
import { shiftColumns } from './shifted-columns.ts';

const KEYS = compileRecordKeys();
const ALL = { redacted: true, added: true };

/** What becomes of a record: another content, attributes behind what it has, both or nothing. */
const change = fc.record({
  content: fc.option(record, { freq: 3 }),
  added: fc.option(
    attribute.map((one) => bytesField(6, one)),
    { freq: 4 },
  ),
});

/** All that is in use, by the columns' names. */
function inUse(columns: LogsColumns): Record<string, unknown> {
  const { records, scopes, resources, values, paddedTags } = columns;
  const seen: Record<string, unknown> = { records, scopes, resources, values, paddedTags };
  const lengths: Readonly<Record<string, number>> = { scope: scopes, resou: resources, value: values };
  for (const [name, column] of Object.entries(columns)) {
    if (column instanceof Int32Array || column instanceof Uint32Array || column instanceof Uint8Array)
      seen[name] = [...column.subarray(0, lengths[name.slice(0, 5)] ?? records)];
  }
  return seen;
}

describe('columns of a rewritten request', () => {
  it('are those that decoding it anew gives, whichever records were changed and how', () => {
    const edits = new RequestEdits();
    const rewriter = new Rewriter();
    // Used again from one request to the next: what was in them before must not show.
    const shifted = new LogsColumns();
    fc.assert(
      fc.property(request, fc.array(change, { minLength: 1, maxLength: 12 }), (bytes, changes) => {
        const columns = new LogsColumns();
        decodeLogs(bytes, columns, KEYS);
        edits.begin(columns.records);
        for (let i = 0; i < columns.records; i++) {
          const { content, added } = changes[i % changes.length];
          const start = edits.out.length;
          if (content !== null) {
            edits.out.copy(content, 0, content.length);
            edits.redactRecord(i, start);
          }
          const behind = edits.out.length;
          if (added === null) continue;
          edits.out.copy(added, 0, added.length);
          edits.addToRecord(i, behind);
        }
        const rewritten = rewriter.rewrite(bytes, columns, edits, ALL);
        fc.pre(rewritten !== bytes);
        const isChanged = (i: number): boolean => isRecordChosen(edits, i, ALL);
        shiftColumns(columns, rewriter.shifts, rewritten, isChanged, KEYS, shifted);
        const decoded = new LogsColumns();
        decodeLogs(rewritten, decoded, KEYS);
        expect(inUse(shifted)).toEqual(inUse(decoded));
        rewriter.release(rewritten);
      }),
      { numRuns: 300 },
    );
  });
});
