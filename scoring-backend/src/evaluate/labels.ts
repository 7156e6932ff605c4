/** What labels mean, and where they come from: a column before the line, a column of the data, or a file of ids. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { WrongUsage } from '../cli/exit-codes.ts';
import type { LineBlock } from '../sources/file-lines.ts';
import { ABNORMAL, NORMAL, UNLABELLED, type Label } from './unit-scores.ts';

/** Words for "normal"; any other label is an anomaly, an empty one is none. */
const NORMAL_WORDS = new Set([
  '0',
  '0.0',
  '-',
  'false',
  'no',
  'normal',
  'norm',
  'benign',
  'ok',
  'good',
  'success',
  'none',
]);

/** What a label in words or numbers says. */
export function labelOf(text: string): Label {
  const word = text.trim().toLowerCase();
  if (word === '') return UNLABELLED;
  return NORMAL_WORDS.has(word) ? NORMAL : ABNORMAL;
}

/**
 * Takes the first column off each line of a block: `labels[i]` is normal where it equals `prefix`, else abnormal.
 * An empty line has no label.
 */
export function takePrefixes(block: LineBlock, prefix: Uint8Array, labels: Int8Array): void {
  const { bytes, start, end } = block;
  for (let i = 0; i < block.lines; i++) {
    let at = start[i];
    while (at < end[i] && bytes[at] !== BLANK && bytes[at] !== TAB) at++;
    labels[i] = at === start[i] ? UNLABELLED : isEqual(bytes, start[i], at, prefix) ? NORMAL : ABNORMAL;
    while (at < end[i] && (bytes[at] === BLANK || bytes[at] === TAB)) at++;
    start[i] = at;
  }
}

const BLANK = 32;
const TAB = 9;

function isEqual(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}

/**
 * Reads a CSV file of ids and labels, with or without a header.
 * @throws WrongUsage when it cannot be read, or a row has no second column
 */
export function readLabels(path: string): Map<string, Label> {
  let rows: string[][];
  try {
    const bytes = readFileSync(path);
    const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString();
    rows = parse(text, { relax_column_count: true, skip_empty_lines: true, trim: true });
  } catch (cause) {
    throw new WrongUsage(`--labels ${path}: ${(cause as Error).message}`, { cause });
  }
  const labels = new Map<string, Label>();
  rows.forEach((row, i) => {
    if (row.length < 2)
      throw new WrongUsage(`--labels ${path}: row ${i + 1} should be "id,label", got ${JSON.stringify(row.join(','))}`);
    if (i === 0 && isHeader(row, rows)) return;
    labels.set(row[0], labelOf(row[1]));
  });
  return labels;
}

/** A first row whose label has a name for labels, and no other row has the same. */
function isHeader([, label]: string[], rows: readonly string[][]): boolean {
  return HEADERS.test(label) && !rows.slice(1).some((row) => row[1] === label);
}

const HEADERS = /label|anomal|^(class|target|truth|attack_type|y)$/i;
