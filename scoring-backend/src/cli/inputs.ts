/** The inputs that a command line names, all of them checked before the first is read. */
import { openLogInput, type LogInput, UnreadableInput } from '../sources/log-input.ts';
import { Failure, WrongUsage } from './exit-codes.ts';

/**
 * @throws Failure for a file that is not there, or a folder
 * @throws WrongUsage when standard input is named twice, or is a terminal and nothing else was named
 */
export async function inputsOf(files: readonly string[]): Promise<LogInput[]> {
  const paths = files.length === 0 ? ['-'] : files;
  if (paths.filter((path) => path === '-').length > 1) throw new WrongUsage('standard input (-) can be read once only');
  if (files.length === 0 && process.stdin.isTTY) throw new WrongUsage('name a file, or pipe a log into standard input');
  try {
    const inputs: LogInput[] = [];
    for (const path of paths) inputs.push(await openLogInput(path));
    return inputs;
  } catch (error) {
    if (error instanceof UnreadableInput) throw new Failure(error.message, { cause: error });
    throw error;
  }
}
