/**
 * Log files as records: plain lines or JSON lines, in event time. The engine gets each line as one record, so that
 * record i of a batch is line `firstLine + i` of the input.
 */
import { RecordBatch } from '../engine/record-batch.ts';
import { lineBlocks, type LineBlock } from './file-lines.ts';
import { JsonRecords } from './json-lines/json-records.ts';
import { PlainRecords } from './plain-records.ts';
import type { LineReader, Streams } from './line-reader.ts';
import type { LogInput } from './log-input.ts';

/** Records of an input, valid until the next are asked for. */
export interface FileRecords {
  readonly batch: RecordBatch;
  /** Line of the batch's first record in its input, from 1. */
  readonly firstLine: number;
  /** False in an input without times: `timeMs` then only counts lines. */
  readonly timed: boolean;
  /** True when batches are cut at short steps of event time, so that a tick may follow each of them. */
  readonly stepwise: boolean;
}

/**
 * Reads an input to its end.
 * @throws UnreadableInput when it cannot be read, also in the middle
 */
export async function* fileRecords(input: LogInput, streams: Streams): AsyncGenerator<FileRecords> {
  yield* blockRecords(lineBlocks(input.chunks), input, streams);
}

/** As `fileRecords`, for lines that were cut or changed by somebody else; `input` says what they are taken for. */
export async function* blockRecords(
  blocks: AsyncIterable<LineBlock>,
  input: LogInput,
  streams: Streams,
): AsyncGenerator<FileRecords> {
  const batch = new RecordBatch();
  let reader: LineReader | undefined;
  for await (const block of blocks) {
    reader ??= isJson(block) ? new JsonRecords(block, input, streams) : new PlainRecords(block, input, streams);
    for (let from = 0; from < block.lines; from += batch.records) {
      reader.read(block, from, batch);
      yield { batch, firstLine: block.firstLine + from, timed: reader.timed, stepwise: reader.stepwise };
    }
  }
}

/** Does the first line that is not blank hold an object? */
function isJson({ bytes, start, end, lines }: LineBlock): boolean {
  for (let i = 0; i < lines; i++) {
    const text = new TextDecoder().decode(bytes.subarray(start[i], end[i])).trim();
    if (text === '') continue;
    if (!text.startsWith('{')) return false;
    try {
      return typeof JSON.parse(text) === 'object';
    } catch {
      return false;
    }
  }
  return false;
}
