/** Puts the answers of several engines to one request together: each has scored the records of its own streams. */
import { SCORED, VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';

/** @throws RangeError when the batches are not about the same number of records */
export function mergeVerdicts(batches: readonly VerdictBatch[]): VerdictBatch {
  const [first] = batches;
  const records = first.records;
  if (batches.some((batch) => batch.records !== records))
    throw new RangeError(
      `verdict batches of one request differ in size: ${batches.map((batch) => batch.records).join(', ')}`,
    );
  const merged = VerdictBatch.create(records);
  const reasonSets: (readonly string[])[] = [];
  let texts: Record<string, string> | undefined;
  for (const batch of batches) {
    const offset = reasonSets.length;
    reasonSets.push(...batch.trailer.reasonSets);
    if (batch.trailer.texts !== undefined) texts = { ...texts, ...batch.trailer.texts };
    for (let i = 0; i < records; i++) {
      if ((batch.flags[i] & SCORED) === 0) continue;
      merged.score[i] = batch.score[i];
      merged.confidence[i] = batch.confidence[i];
      merged.margin[i] = batch.margin[i];
      merged.templateHigh[i] = batch.templateHigh[i];
      merged.templateLow[i] = batch.templateLow[i];
      merged.reasonSet[i] = batch.reasonSet[i] === 0 ? 0 : batch.reasonSet[i] + offset;
      merged.flags[i] = batch.flags[i];
    }
  }
  return merged.describe({ model: first.model, reasonSets, ...(texts === undefined ? {} : { texts }) });
}
