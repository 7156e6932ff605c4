/** Feeds an input to a reader of CSV. */
import type { Parser } from 'csv-parse';
import type { LogInput } from '../sources/log-input.ts';

/** Resolves when all was taken; an input that cannot be read ends the parser with why. */
export async function feedCsv(input: LogInput, parser: Parser): Promise<void> {
  try {
    for await (const chunk of input.chunks)
      if (!parser.write(chunk)) await new Promise((resolve) => parser.once('drain', resolve));
    parser.end();
  } catch (error) {
    parser.destroy(error as Error);
  }
}
