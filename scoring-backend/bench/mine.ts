/** Mining: lines per CPU second on mixed real messages, on varied ones with a header, and on hostile input. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchRow } from '../../otel-processor/bench/measure.ts';
import { measure } from '../../otel-processor/bench/measure.ts';
import { referenceData } from '../../otel-processor/test/needs.ts';
import { createTemplateMiner } from '../src/templates/miner.ts';
import { contentsOfLoghub } from '../test/quality/labelled-logs.ts';
import { DESIGN_SYSTEMS } from '../test/quality/synthetic/design-systems.ts';
import { linesOf } from '../test/quality/synthetic/lines.ts';
import type { Draw } from '../test/quality/synthetic/parameters.ts';
import { seededDraw } from '../test/quality/synthetic/parameters.ts';

const LIMITS = { maxTemplates: 16_384, maxMessageBytes: 8192 };

/** Messages back to back, so that a bench touches memory as a batch does. */
interface Messages {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly count: number;
}

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const real = realMessages();
  if (real !== undefined) rows.push(await mineWarm('mine: loghub messages, new parameters, warm', real, 2.5));
  rows.push(await mineWarm('mine: generated messages of many systems, warm', generatedMessages()));
  rows.push(await mineCold('mine: hostile, 10 random words', hostileMessages(randomWords)));
  rows.push(await mineCold('mine: hostile, JSON with random keys', hostileMessages(randomJson)));
  return rows;
}

/** The miner knows the statements; every line has parameters it has not seen. */
async function mineWarm(name: string, messages: Messages, floor?: number): Promise<BenchRow> {
  const miner = createTemplateMiner(LIMITS);
  return measure({ name, unit: 'line', units: messages.count, ...(floor === undefined ? {} : { floor }) }, () => {
    for (let i = 0; i < messages.count; i++) miner.mine(messages.bytes, messages.starts[i], messages.starts[i + 1]);
    miner.takeChanges();
  });
}

/** Every round meets lines that no cache knows. */
async function mineCold(name: string, messages: Messages): Promise<BenchRow> {
  return measure({ name, unit: 'line', units: messages.count, rounds: 5 }, () => {
    const miner = createTemplateMiner({ ...LIMITS, maxTemplates: 4096 });
    for (let i = 0; i < messages.count; i++) miner.mine(messages.bytes, messages.starts[i], messages.starts[i + 1]);
    miner.takeChanges();
  });
}

function realMessages(): Messages | undefined {
  if (referenceData === undefined || !existsSync(join(referenceData, 'loghub-2k'))) return undefined;
  const draw = seededDraw(1);
  const lines = contentsOfLoghub(referenceData).map((line) => withNewDigits(line, draw));
  for (let i = lines.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [lines[i], lines[j]] = [lines[j], lines[i]];
  }
  return packed(lines);
}

/** Numbers become other numbers of the same length: the parameters of a later day. */
function withNewDigits(line: string, draw: Draw): string {
  return line.replace(/\d/g, (digit) => (digit === '0' ? '0' : String(1 + draw(9))));
}

function generatedMessages(): Messages {
  return packed(
    Object.entries(DESIGN_SYSTEMS).flatMap(([name, statements]) => linesOf(name, statements, 2000, 3).lines),
  );
}

function hostileMessages(line: (draw: Draw) => string): Messages {
  const draw = seededDraw(2);
  return packed(Array.from({ length: 20_000 }, () => line(draw)));
}

function randomWord(draw: Draw): string {
  return Array.from({ length: 3 + draw(8) }, () => String.fromCharCode(97 + draw(26))).join('');
}

function randomWords(draw: Draw): string {
  return Array.from({ length: 10 }, () => randomWord(draw)).join(' ');
}

function randomJson(draw: Draw): string {
  return `{${Array.from({ length: 20 }, () => `"${randomWord(draw)}":"${randomWord(draw)}"`).join(',')}}`;
}

function packed(lines: readonly string[]): Messages {
  const encoded = lines.map((line) => Buffer.from(line));
  const starts = new Uint32Array(lines.length + 1);
  for (const [i, line] of encoded.entries()) starts[i + 1] = starts[i] + line.length;
  return { bytes: new Uint8Array(Buffer.concat(encoded)), starts, count: lines.length };
}
