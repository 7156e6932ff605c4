/** Cost of reading a request and writing verdicts into it. */
import { VerdictBatch, SCORED } from '../src/forward/verdict-batch.ts';
import { LogsColumns } from '../src/otlp/columns.ts';
import { decodeLogs } from '../src/otlp/decode.ts';
import { Annotator } from '../src/otlp/splice.ts';
import { makeBatches } from './batches.ts';
import { measure, type BenchRow } from './measure.ts';

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const records of [1000, 8000]) {
    const batches = makeBatches({ records });
    const verdicts = makeVerdicts(records);
    const columns = new LogsColumns();
    const annotator = new Annotator();
    let next = 0;
    const name = `decode and annotate, ${records}-record batches`;
    rows.push(
      await measure({ name, unit: 'record', units: records, floor: 5 }, () => {
        const { bytes } = batches[next++ % batches.length];
        decodeLogs(bytes, columns);
        annotator.release(annotator.annotate(bytes, columns, verdicts, ''));
      }),
    );
  }
  return rows;
}

/** Everyday verdicts: 1 in 200 scores 0.5 or more and takes all attributes. */
function makeVerdicts(records: number): VerdictBatch {
  const verdicts = VerdictBatch.create(records).describe({ model: 'seismo-1', reasonSets: [['new template']] });
  for (let i = 0; i < records; i++) {
    const odd = i % 200 === 0;
    verdicts.score[i] = odd ? 0.75 : (i % 50) / 100;
    verdicts.confidence[i] = 0.9;
    verdicts.reasonSet[i] = odd ? 1 : 0;
    verdicts.templateHigh[i] = Math.imul(i % 300, 0x9e3779b1);
    verdicts.templateLow[i] = Math.imul(i % 300, 0x85ebca6b);
    verdicts.flags[i] = SCORED;
  }
  return verdicts;
}
