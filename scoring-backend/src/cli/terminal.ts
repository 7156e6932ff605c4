/** Where the command line writes to: text with colours on a terminal, plain otherwise; a closed pipe ends it quietly. */
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

export interface Terminal {
  /** Writes lines to standard output. */
  print(text: string): void;
  /** Writes lines to standard error: remarks that are not the answer. */
  remark(text: string): void;
  /** `text` in a style, or as it is where there are no colours. */
  paint(style: Style, text: string): string;
  /** Waits until what was printed has been taken; call it now and then when printing much. */
  drained(): Promise<void>;
  /** Columns to fill. */
  readonly columns: number;
  /** Is somebody watching? */
  readonly interactive: boolean;
}

/** Where nobody watches, lines may be long: they are for files and other programs. */
const DEFAULT_COLUMNS = 240;

/** Colours when `stream` is a terminal and the environment does not forbid them (https://no-color.org). */
function wantsColours(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY === true && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
}

export function openTerminal(): Terminal {
  const colours = wantsColours(process.stdout);
  // `seismo scan … | head` closes the pipe early; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  process.stderr.on('error', () => {});
  return {
    columns: process.stdout.columns ?? DEFAULT_COLUMNS,
    interactive: process.stdout.isTTY === true,
    print: (text) => void process.stdout.write(`${text}\n`),
    remark: (text) => void process.stderr.write(`${text}\n`),
    paint: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
    drained: () =>
      process.stdout.writableNeedDrain
        ? new Promise((resolve) => process.stdout.once('drain', resolve))
        : Promise.resolve(),
  };
}
