/** What the readers of formats find in a line: ranges and numbers, filled in by each of them. */
export interface LineFields {
  /** The message to template, `[start, end)`. */
  messageStart: number;
  messageEnd: number;
  /** SeverityNumber, 0 when the line says none. */
  severity: number;
  /** Where the time stands, -1 when that is for the reader of times to find. */
  timeStart: number;
  timeEnd: number;
}
