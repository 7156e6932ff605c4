/** Reads the labelled logs of the reference data (CSV with the columns Content and EventId), in place. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { labelledMessages } from '../../src/evaluate/labelled-messages.ts';
import type { LabelledLines } from './synthetic/lines.ts';

/** A file as text, unpacked where its name ends in .gz. */
export function textOf(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** The systems of loghub-2k, 2,000 messages each. */
export function loghub(data: string): LabelledLines[] {
  const systems = readdirSync(join(data, 'loghub-2k')).toSorted();
  return systems.map((system) =>
    labelledMessages(system, join(data, 'loghub-2k', system, `${system}_2k.log_structured.csv`)),
  );
}

/** The same labels for the raw lines, with the headers that came before the messages. */
export function loghubRaw(data: string): LabelledLines[] {
  return loghub(data).map(({ system, labels }) => {
    const raw = textOf(join(data, 'loghub-2k', system, `${system}_2k.log`)).split(/\r?\n/);
    return { system, lines: labels.map((_, i) => raw[i] ?? ''), labels };
  });
}

export function contentsOfLoghub(data: string): string[] {
  return loghub(data).flatMap(({ lines }) => lines);
}
