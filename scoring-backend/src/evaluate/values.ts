/** Files of values: CSV with a time and a number in each row. */
import { parse } from 'csv-parse';
import { Failure, WrongUsage } from '../cli/exit-codes.ts';
import type { LogInput } from '../sources/log-input.ts';
import { feedCsv } from './csv-feed.ts';
import { labelOf } from './labels.ts';
import { UNLABELLED, type Label } from './unit-scores.ts';

export interface TimedValue {
  /** As it stands in the file, '' when the file has no column of times. */
  readonly time: string;
  /** ms since the epoch, NaN when the time cannot be read. */
  readonly timeMs: number;
  readonly value: number;
  readonly label: Label;
}

const TIME_NAMES = ['timestamp', '@timestamp', 'datetime', 'time', 'ts', 'date'];
const VALUE_NAMES = ['value', 'y', 'count'];

/** The rows of an input; rows whose value is empty are left out. */
export async function* timedValues(
  input: LogInput,
  valueColumn: string | undefined,
  labelColumn: string | undefined,
): AsyncGenerator<TimedValue> {
  const parser = parse({ columns: true, bom: true, trim: true, relax_column_count: true, skip_empty_lines: true });
  const fed = feedCsv(input, parser);
  let columns: { time: string | undefined; value: string } | undefined;
  let row = 0;
  for await (const fields of parser as AsyncIterable<Record<string, string>>) {
    row++;
    columns ??= columnsOf(Object.keys(fields), input.path, valueColumn, labelColumn);
    const text = fields[columns.value] ?? '';
    if (text === '') continue;
    const value = Number(text);
    if (Number.isNaN(value))
      throw new Failure(`${input.path}: row ${row}: ${columns.value} should be a number, got ${JSON.stringify(text)}`);
    const time = columns.time === undefined ? '' : (fields[columns.time] ?? '');
    const label = labelColumn === undefined ? UNLABELLED : labelOf(fields[labelColumn] ?? '');
    yield { time, timeMs: msOf(time), value, label };
  }
  await fed;
}

/** A time in text, UTC where it names no zone, or a number of s or ms. */
export function msOf(time: string): number {
  if (/^\d+(\.\d+)?$/.test(time)) return Number(time) < 1e11 ? Number(time) * 1000 : Number(time);
  const zoned = /(z|[+-]\d\d:?\d\d)$/i.test(time) ? time : `${time.replace(' ', 'T')}Z`;
  return Date.parse(zoned);
}

function columnsOf(
  names: readonly string[],
  path: string,
  valueColumn: string | undefined,
  labelColumn: string | undefined,
): { time: string | undefined; value: string } {
  for (const [flag, column] of [
    ['--value-column', valueColumn],
    ['--label-column', labelColumn],
  ])
    if (column !== undefined && !names.includes(column))
      throw new WrongUsage(`${flag} ${column}: ${path} has the columns ${names.join(', ')}`);
  const named = (wanted: readonly string[]): string | undefined =>
    wanted.map((name) => names.find((column) => column.toLowerCase() === name)).find((column) => column !== undefined);
  const time = named(TIME_NAMES);
  const value = valueColumn ?? named(VALUE_NAMES) ?? names.find((name) => name !== time && name !== labelColumn);
  if (value === undefined) throw new WrongUsage(`--value-column: ${path} has the columns ${names.join(', ')}`);
  return { time, value };
}
