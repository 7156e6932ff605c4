/** The frames of a stack trace within a message of several lines: as many as the stack was deep, so they are one value. */
import { IS_DIGIT } from './byte-classes.ts';

/** How the lines of frames begin: Java, .NET and JavaScript; what Java leaves out; Python; Ruby. */
const BEGINNINGS = ['at ', '... ', 'File "', 'from '].map((beginning) => Buffer.from(beginning));

/** After the frames that follow the end of line at `at`, which is returned where none do. */
export function afterFrames(bytes: Uint8Array, at: number, end: number): number {
  let after = at;
  // A line deeper than a frame belongs to it: Python shows the source.
  let indent = -1;
  while (after < end && bytes[after] === 10) {
    let text = after + 1;
    while (text < end && (bytes[text] === 32 || bytes[text] === 9)) text++;
    const depth = text - after - 1;
    if (indent < 0 || depth <= indent) {
      if (!isFrame(bytes, text, end, depth)) break;
      indent = depth;
    }
    while (text < end && bytes[text] !== 10) text++;
    after = text;
  }
  return after;
}

function isFrame(bytes: Uint8Array, start: number, end: number, depth: number): boolean {
  // PHP numbers them: #0 /srv/app/index.php(12): main()
  if (bytes[start] === 35) return start + 1 < end && IS_DIGIT[bytes[start + 1]] === 1;
  return depth > 0 && BEGINNINGS.some((beginning) => beginsWith(bytes, start, end, beginning));
}

function beginsWith(bytes: Uint8Array, start: number, end: number, beginning: Uint8Array): boolean {
  return start + beginning.length <= end && beginning.every((byte, i) => bytes[start + i] === byte);
}
