/** Log files as records with labels: plain lines, JSON lines or rows of CSV. */
import { parse } from 'csv-parse';
import { WrongUsage } from '../cli/exit-codes.ts';
import { lineBlocks, type LineBlock } from '../sources/file-lines.ts';
import { blockRecords, type FileRecords } from '../sources/files.ts';
import type { Streams } from '../sources/line-reader.ts';
import type { LogInput } from '../sources/log-input.ts';
import { feedCsv } from './csv-feed.ts';
import { labelOf, takePrefixes } from './labels.ts';
import { UNLABELLED } from './unit-scores.ts';

export interface LabelledRecords extends FileRecords {
  /** Label of record i of the batch. */
  readonly labels: Int8Array;
  /** Messages are values of one place (a parameter) rather than lines of a log. */
  readonly areValues: boolean;
}

/** A block of lines, with a label for each. */
interface LabelledBlock {
  readonly block: LineBlock;
  readonly labels: Int8Array<ArrayBuffer>;
  readonly areValues: boolean;
}

export interface RecordFormat {
  readonly format: 'lines' | 'csv' | 'jsonl';
  /** First column of a normal line; it is taken off. */
  readonly labelPrefix?: string | undefined;
  readonly labelColumn?: string | undefined;
  /** Column of the message in a CSV file, where its name does not say so. */
  readonly valueColumn?: string | undefined;
}

const ROWS_PER_BLOCK = 4_096;

/** The records of an input, valid until the next are asked for. */
export async function* labelledRecords(
  input: LogInput,
  streams: Streams,
  format: RecordFormat,
): AsyncGenerator<LabelledRecords> {
  let labels = new Int8Array(0);
  let firstLine = 1;
  let values = false;
  const labelled = async function* (): AsyncGenerator<LineBlock> {
    for await (const { block, labels: own, areValues } of blocksOf(input, format)) {
      labels = own;
      values = areValues;
      firstLine = block.firstLine;
      yield block;
    }
  };
  for await (const records of blockRecords(labelled(), input, streams))
    yield { ...records, labels: labels.subarray(records.firstLine - firstLine), areValues: values };
}

async function* blocksOf(
  input: LogInput,
  { format, labelPrefix, labelColumn, valueColumn }: RecordFormat,
): AsyncGenerator<LabelledBlock> {
  if (format === 'csv') yield* rowBlocks(csvRows(input, labelColumn, valueColumn));
  else if (format === 'jsonl' && labelColumn !== undefined) yield* rowBlocks(jsonRows(input, labelColumn));
  else {
    const prefix = labelPrefix === undefined ? undefined : Buffer.from(labelPrefix);
    for await (const block of lineBlocks(input.chunks)) {
      const labels = new Int8Array(block.lines).fill(UNLABELLED);
      if (prefix !== undefined) takePrefixes(block, prefix, labels);
      yield { block, labels, areValues: false };
    }
  }
}

/** A row as a line of JSON, and its label. */
interface Row {
  readonly json: string;
  readonly label: number;
  readonly isValue: boolean;
}

async function* rowBlocks(rows: AsyncIterable<Row>): AsyncGenerator<LabelledBlock> {
  let pending: Row[] = [];
  let firstLine = 1;
  const block = (): LabelledBlock => {
    const lines = pending.length;
    const texts = pending.map((row) => Buffer.from(row.json));
    const [start, end] = [new Int32Array(lines), new Int32Array(lines)];
    let at = 0;
    texts.forEach((text, i) => {
      start[i] = at;
      end[i] = at += text.length;
    });
    const labels = Int8Array.from(pending, (row) => row.label);
    const areValues = pending[0].isValue;
    pending = [];
    firstLine += lines;
    return {
      block: { bytes: Buffer.concat(texts), start, end, lines, firstLine: firstLine - lines },
      labels,
      areValues,
    };
  };
  for await (const row of rows) {
    pending.push(row);
    if (pending.length === ROWS_PER_BLOCK) yield block();
  }
  if (pending.length > 0) yield block();
}

async function* jsonRows(input: LogInput, labelColumn: string): AsyncGenerator<Row> {
  const decoder = new TextDecoder();
  for await (const { bytes, start, end, lines } of lineBlocks(input.chunks))
    for (let i = 0; i < lines; i++) {
      const text = decoder.decode(bytes.subarray(start[i], end[i]));
      const fields = objectOf(text);
      const label = fields?.[labelColumn];
      // The label must not be learned with the line.
      if (fields !== undefined) delete fields[labelColumn];
      yield {
        json: fields === undefined ? text : JSON.stringify(fields),
        label: label === undefined ? UNLABELLED : labelOf(String(label)),
        isValue: false,
      };
    }
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Usual names of columns, best first, lower case. */
const COLUMNS = {
  timestamp: ['timestamp', '@timestamp', 'datetime', 'time', 'ts', 'date'],
  service: ['service', 'service.name', 'app'],
  severity: ['severity', 'severity_text', 'level'],
  message: ['message', 'msg', 'body', 'content', 'log', 'text', 'line'],
  value: ['payload', 'value', 'parameter'],
  trace_id: ['trace_id', 'traceid'],
};

/** Which column is which field of a record. */
interface Columns {
  readonly fields: Readonly<Record<string, string | undefined>>;
  readonly isValue: boolean;
}

async function* csvRows(
  input: LogInput,
  labelColumn: string | undefined,
  valueColumn: string | undefined,
): AsyncGenerator<Row> {
  const parser = parse({
    columns: true,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const fed = feedCsv(input, parser);
  let columns: Columns | undefined;
  for await (const row of parser as AsyncIterable<Record<string, string>>) {
    columns ??= columnsOf(row, input.path, labelColumn, valueColumn);
    const fields: Record<string, string> = {};
    for (const [field, column] of Object.entries(columns.fields))
      if (column !== undefined) fields[field] = row[column] ?? '';
    yield {
      json: JSON.stringify(fields),
      label: labelColumn === undefined ? UNLABELLED : labelOf(row[labelColumn] ?? ''),
      isValue: columns.isValue,
    };
  }
  await fed;
}

function columnsOf(
  row: Record<string, string>,
  path: string,
  labelColumn: string | undefined,
  valueColumn: string | undefined,
): Columns {
  const names = Object.keys(row);
  for (const [flag, column] of [
    ['--label-column', labelColumn],
    ['--value-column', valueColumn],
  ])
    if (column !== undefined && !names.includes(column))
      throw new WrongUsage(`${flag} ${column}: ${path} has the columns ${names.join(', ')}`);
  const free = names.filter((name) => name !== labelColumn);
  const named = (wanted: readonly string[]): string | undefined =>
    wanted.map((name) => free.find((column) => column.toLowerCase() === name)).find((column) => column !== undefined);
  const [timestamp, service, severity, traceId] = [
    named(COLUMNS.timestamp),
    named(COLUMNS.service),
    named(COLUMNS.severity),
    named(COLUMNS.trace_id),
  ];
  const others = free.filter((name) => ![timestamp, service, severity, traceId].includes(name));
  const longest = others.toSorted((a, b) => row[b].length - row[a].length)[0];
  const value = valueColumn ?? (named(COLUMNS.message) === undefined ? named(COLUMNS.value) : undefined);
  const message = value ?? named(COLUMNS.message) ?? longest;
  if (message === undefined)
    throw new WrongUsage(`--value-column: name the column of ${path} that holds the message (${names.join(', ')})`);
  return { fields: { timestamp, service, severity, message, trace_id: traceId }, isValue: value !== undefined };
}
