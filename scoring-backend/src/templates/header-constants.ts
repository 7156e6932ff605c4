/** The constants of the header read last: level, logger, program, source file. */
import { IS_DIGIT } from './byte-classes.ts';

const MAX_CONSTANTS = 4;

export const header = {
  count: 0,
  /** Is there a digit in one of them? */
  holdsDigit: false,
  start: new Int32Array(MAX_CONSTANTS),
  end: new Int32Array(MAX_CONSTANTS),
};

export function addConstant(from: number, to: number): void {
  const { count } = header;
  if (count >= MAX_CONSTANTS) return;
  header.start[count] = from;
  header.end[count] = to;
  header.count++;
}

export function holdsDigit(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (IS_DIGIT[bytes[i]] === 1) return true;
  return false;
}
