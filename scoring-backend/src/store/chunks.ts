/** Cuts rows into pieces for one INSERT each: SQLite takes 32,766 parameters a statement, and a short one is compiled fast. */
const ROWS_PER_INSERT = 100;

export function* chunks<T>(rows: readonly T[], size = ROWS_PER_INSERT): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}
