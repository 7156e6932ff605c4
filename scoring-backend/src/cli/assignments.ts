/** Writes which line is of which template, as CSV (RFC 4180). */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { messageOf } from '../errors.ts';
import { Failure } from './exit-codes.ts';
import type { TemplateTally } from './template-tally.ts';

const CHUNK_CHARACTERS = 262_144;
/** Templates of real logs come early and often; what comes after so many is hardly seen twice. */
const ENDINGS_KEPT = 50_000;

/** @throws Failure when the file cannot be written */
export async function writeAssignments(path: string, tally: TemplateTally): Promise<void> {
  const file = createWriteStream(path);
  try {
    for (const chunk of rows(tally)) if (!file.write(chunk)) await once(file, 'drain');
    file.end();
    await once(file, 'finish');
  } catch (cause) {
    throw new Failure(`cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
}

function* rows(tally: TemplateTally): Generator<string> {
  let text = 'line,id_at_arrival,id,template\n';
  /** What follows the line number, by template: the same for all its lines. */
  const endings: string[] = [];
  const endingOf = (number: number): string =>
    number < ENDINGS_KEPT ? (endings[number] ??= ending(tally.named(number))) : ending(tally.named(number));
  for (const [i, number] of tally.assignments().entries()) {
    text += i + 1 + endingOf(number);
    if (text.length < CHUNK_CHARACTERS) continue;
    yield text;
    text = '';
  }
  yield text;
}

function ending({ idAtArrival, id, text }: ReturnType<TemplateTally['named']>): string {
  return `,${idAtArrival},${id},${field(text)}\n`;
}

/** Quoted only where it must be: comma, quote, line end. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
