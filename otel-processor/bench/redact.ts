/**
 * Cost of redaction: of lines that hold nothing, per byte (the prefilter is all that runs), and of a batch in which one
 * record in twenty holds a secret, per record, with the copy that takes it out.
 */
import { MessageWriter } from '../src/otlp/message-writer.ts';
import { LogsColumns } from '../src/otlp/columns.ts';
import { decodeLogs } from '../src/otlp/decode.ts';
import { RequestEdits } from '../src/otlp/request-edits.ts';
import { Rewriter } from '../src/otlp/rewrite.ts';
import { Redactor } from '../src/redact/redactor.ts';
import { DEFAULT_RULES } from '../src/redact/rules.ts';
import { makeBatches } from './batches.ts';
import { measure, type BenchRow } from './measure.ts';

const RECORDS = 1000;
const SECRET_EVERY = 20;

export async function run(): Promise<BenchRow[]> {
  const clean = makeBatches({ records: RECORDS, count: 64 }).map(({ bytes }) => bytes);
  const dirty = clean.map(withSecrets);
  return [
    await redactRow('redact clean lines', 'byte', clean, clean[0].length, 1000),
    await redactRow(
      `redact and copy, a secret in 1 of ${SECRET_EVERY} records`,
      'record',
      dirty,
      RECORDS + RECORDS / SECRET_EVERY,
    ),
  ];
}

async function redactRow(
  name: string,
  unit: string,
  batches: readonly Uint8Array[],
  units: number,
  floor?: number,
): Promise<BenchRow> {
  const options = {
    action: 'mask',
    actions: {},
    secretWords: [],
    ignoredKeys: [],
    blockedKeys: [],
    custom: [],
  } as const;
  const redactor = new Redactor({ ...options, rules: DEFAULT_RULES, summary: 'silent' });
  const edits = new RequestEdits();
  const rewriter = new Rewriter();
  // Decoded before: only redaction is timed.
  const columns = batches.map((bytes) => {
    const one = new LogsColumns();
    decodeLogs(bytes, one);
    return one;
  });
  let next = 0;
  const told = floor === undefined ? { name, unit, units } : { name, unit, units, floor };
  return measure(told, () => {
    const i = next++ % batches.length;
    edits.begin(columns[i].records);
    redactor.redact(batches[i], columns[i], '', edits);
    rewriter.release(rewriter.rewrite(batches[i], columns[i], edits, { redacted: true, added: true }));
  });
}

/** The batch and behind its records others that hold a secret each. */
function withSecrets(bytes: Uint8Array): Uint8Array {
  const writer = new MessageWriter(RECORDS * 20);
  writer.message(1, (resource) =>
    resource.message(2, (scope) => {
      for (let i = 0; i < RECORDS / SECRET_EVERY; i++)
        scope.message(2, (record) => {
          record.fixed64(1, 1_763_700_000_000_000_000n);
          record.message(5, (body) =>
            body.text(1, `order ${i} confirmed, mail sent to customer${i}@example.org in 12 ms`),
          );
        });
    }),
  );
  return Buffer.concat([bytes, writer.finish()]);
}
