/** Cost of reading a request into columns. */
import { LogsColumns } from '../src/otlp/columns.ts';
import { decodeLogs } from '../src/otlp/decode.ts';
import { makeBatches } from './batches.ts';
import { measure, type BenchRow } from './measure.ts';

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const records of [1000, 8000]) {
    const batches = makeBatches({ records });
    const columns = new LogsColumns();
    let next = 0;
    rows.push(
      await measure({ name: `decode, ${records}-record batches`, unit: 'record', units: records, floor: 10 }, () => {
        decodeLogs(batches[next++ % batches.length].bytes, columns);
      }),
    );
  }
  return rows;
}
