/** Prints a catalogue of templates, as a table for people or as JSON lines. */
import type { TemplateRow } from './template-tally.ts';
import type { Terminal } from './terminal.ts';
import { count, dateAndTime, oneLine, several } from './wording.ts';

const ROWS_BETWEEN_DRAINS = 512;

export async function printTemplates(terminal: Terminal, rows: readonly TemplateRow[]): Promise<void> {
  const { paint, print } = terminal;
  const timed = rows.some(({ firstMs }) => !Number.isNaN(firstMs));
  const when = (ms: number, line: number): string =>
    timed ? (Number.isNaN(ms) ? '' : dateAndTime(ms)) : `line ${count(line)}`;
  const cells = rows.map((row) => [
    count(row.count),
    row.id,
    when(row.firstMs, row.firstLine),
    when(row.lastMs, row.lastLine),
  ]);
  const head = ['COUNT', 'ID', 'FIRST SEEN', 'LAST SEEN'];
  const width = head.map((name, i) => cells.reduce((most, row) => Math.max(most, row[i].length), name.length));
  const align = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padStart(width[i]) : cell.padEnd(width[i]))).join('  ');
  const rest = terminal.interactive
    ? Math.max(40, terminal.columns - width.reduce((sum, w) => sum + w + 2, 0))
    : Infinity;

  print(paint('bold', `${align(head)}  TEMPLATE`));
  for (const [i, row] of rows.entries()) {
    print(`${align(cells[i])}  ${oneLine(row.template, rest)}`);
    if (i % ROWS_BETWEEN_DRAINS === 0) await terminal.drained();
  }
  const lines = rows.reduce((sum, row) => sum + row.count, 0);
  terminal.remark(`${several(lines, 'line')}, ${several(rows.filter(({ id }) => id !== '').length, 'template')}`);
}

export async function printTemplatesJson(terminal: Terminal, rows: readonly TemplateRow[]): Promise<void> {
  for (const [i, { firstMs, lastMs, ...row }] of rows.entries()) {
    terminal.print(JSON.stringify({ ...row, firstSeen: iso(firstMs), lastSeen: iso(lastMs) }));
    if (i % ROWS_BETWEEN_DRAINS === 0) await terminal.drained();
  }
}

function iso(ms: number): string | null {
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
