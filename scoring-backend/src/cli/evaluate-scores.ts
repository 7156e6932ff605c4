/** The judged units of an evaluation as CSV: unit, label, score, flagged. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { scoreOfMagnitude } from '../calibration/score.ts';
import { ABNORMAL, NORMAL, type UnitScores } from '../evaluate/unit-scores.ts';
import { Failure } from './exit-codes.ts';

const ROWS_PER_CHUNK = 1_000;

/** @throws Failure when the file cannot be written */
export async function writeScores(path: string, units: UnitScores): Promise<void> {
  try {
    await pipeline(Readable.from(chunks(units)), createWriteStream(path));
  } catch (cause) {
    throw new Failure(`--scores: cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}

function* chunks(units: UnitScores): Generator<string> {
  const { labels, magnitudes, flagged, size } = units;
  let rows = 'unit,label,score,flagged\n';
  for (let i = 0; i < size; i++) {
    const label = labels[i] === ABNORMAL ? '1' : labels[i] === NORMAL ? '0' : '';
    rows += `${field(units.name(i))},${label},${scoreOfMagnitude(magnitudes[i])},${flagged[i]}\n`;
    if (i % ROWS_PER_CHUNK !== ROWS_PER_CHUNK - 1) continue;
    yield rows;
    rows = '';
  }
  yield rows;
}

/** A field of CSV (RFC 4180). */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
