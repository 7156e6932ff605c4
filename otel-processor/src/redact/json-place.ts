/** Whether a value stands bare in JSON, as numbers do: a mask must be a string there, or the text is JSON no more. */

/** `bytes[first, last)` in the text `bytes[start, end)`. */
export function bareInJson(bytes: Uint8Array, start: number, first: number, last: number, end: number): boolean {
  if (start === end || (bytes[start] !== 0x7b && bytes[start] !== 0x5b)) return false;
  let before = first - 1;
  while (before > start && bytes[before] === 0x20) before--;
  if (bytes[before] !== 0x3a && bytes[before] !== 0x2c && bytes[before] !== 0x5b) return false;
  let behind = last;
  while (behind < end && bytes[behind] === 0x20) behind++;
  if (behind >= end || (bytes[behind] !== 0x2c && bytes[behind] !== 0x7d && bytes[behind] !== 0x5d)) return false;
  let quoted = false;
  for (let i = start; i < first; i++) {
    if (bytes[i] === 0x5c) i++;
    else if (bytes[i] === 0x22) quoted = !quoted;
  }
  return !quoted;
}
