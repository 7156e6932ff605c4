/** Messages with their true templates: CSV with the columns Content, EventId and EventTemplate (loghub's form). */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';

export interface LabelledMessages {
  readonly system: string;
  readonly lines: string[];
  /** EventId of each line. */
  readonly labels: string[];
  /** EventTemplate of each line, '' where the file does not have the column. */
  readonly templates: string[];
}

type Row = Readonly<Record<string, string | undefined>>;

/** Reads a file, unpacked where its name ends in .gz; rows without a message or a label are left out. */
export function labelledMessages(system: string, file: string): LabelledMessages {
  const bytes = readFileSync(file);
  const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  const rows: Row[] = parse(text, { columns: true, bom: true, relax_quotes: true, relax_column_count: true });
  const complete = rows.filter(({ Content, EventId }) => Content !== undefined && EventId !== undefined);
  return {
    system,
    lines: complete.map(({ Content = '' }) => Content),
    labels: complete.map(({ EventId = '' }) => EventId),
    templates: complete.map(({ EventTemplate = '' }) => EventTemplate),
  };
}
