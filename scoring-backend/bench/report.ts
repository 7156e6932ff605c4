/** The rows of a bench run as tables: CPU times, then shares, latencies and memory. */
import { arch, cpus } from 'node:os';
import type { FigureRow } from '../../otel-processor/bench/figure.ts';
import type { BenchRow } from '../../otel-processor/bench/measure.ts';

const TIME_HEAD = ['what', 'unit', 'CPU ns per unit', 'M units per CPU s', 'floor', 'rounds'];
const FIGURE_HEAD = ['what', 'unit', 'median', 'worst', 'limit', 'rounds'];

export function report(rows: readonly (BenchRow | FigureRow)[]): string {
  const machine = `${cpus()[0]?.model ?? arch()}, ${cpus().length} cores, Node ${process.version}; medians`;
  const times = rows.filter((row) => 'cpuNs' in row).map(timeCells);
  const figures = rows.filter((row): row is FigureRow => 'worst' in row).map(figureCells);
  const tables = [
    ...(times.length === 0 ? [] : [table(TIME_HEAD, times)]),
    ...(figures.length === 0 ? [] : [table(FIGURE_HEAD, figures)]),
  ];
  return [machine, ...tables].join('\n\n');
}

function timeCells({ name, unit, cpuNs, millionPerSecond, floor, rounds }: BenchRow): string[] {
  const kept = floor === undefined ? '' : `${floor} ${millionPerSecond >= floor ? 'kept' : 'MISSED'}`;
  return [name, unit, cpuNs.toFixed(0), millionPerSecond.toFixed(2), kept, `${rounds}`];
}

function figureCells({ name, unit, value, worst, limit, rounds }: FigureRow): string[] {
  // Shares of another's CPU time are small numbers.
  const digits = unit === '×' ? 2 : 1;
  const kept = limit === undefined ? '' : `${limit.toFixed(digits)} ${value <= limit ? 'kept' : 'MISSED'}`;
  return [name, unit, value.toFixed(digits), worst.toFixed(digits), kept, `${rounds}`];
}

function table(head: readonly string[], cells: readonly string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i].length)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |\n`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|\n`;
  return `${line(head)}${rule}${cells.map(line).join('')}`;
}
