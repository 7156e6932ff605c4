/** Reads inputs for `seismo templates`: every line into the tally. */
import { fileRecords } from '../sources/files.ts';
import { type LogInput, UnreadableInput } from '../sources/log-input.ts';
import { Failure } from './exit-codes.ts';
import type { ProgressBar } from './progress-bar.ts';
import type { TemplateTally } from './template-tally.ts';

/** All services together: the miner's answer depends on the line alone. */
const ONE_STREAM = { stream: () => 0 };

/** @throws Failure when an input cannot be read to its end */
export async function mineInputs(
  inputs: readonly LogInput[],
  tally: TemplateTally,
  progress: ProgressBar,
): Promise<void> {
  try {
    for (const input of inputs) {
      progress.reading(input);
      for await (const { batch, timed } of fileRecords(input, ONE_STREAM)) {
        for (let i = 0; i < batch.records; i++)
          tally.add(batch.bytes, batch.messageStart[i], batch.messageEnd[i], timed ? batch.timeMs[i] : NaN);
        progress.lines(tally.lines);
      }
    }
  } catch (error) {
    if (error instanceof UnreadableInput) throw new Failure(error.message, { cause: error });
    throw error;
  }
}
