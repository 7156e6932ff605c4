import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { auc } from '../../../test/windows/separation.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { evaluationOptions } from '../../evaluate/evaluation-options.ts';
import { evaluate } from '../../evaluate/evaluation.ts';
import { memoryInput } from '../../evaluate/memory-input.ts';
import { createTemplateMiner } from '../../templates/miner.ts';
import { SeededRandom } from '../random.ts';
import { ReportDetails } from './report-details.ts';

/** Follows unknown lines with a known one at their end; which of them were details. */
function run(details: ReportDetails, ...templates: number[]): boolean[] {
  const found = templates.map((template) => details.follow(template, true));
  expect(details.follow(0, false)).toBe(false);
  return found;
}

/** Numbers of the windows of 100 lines that are flagged. */
async function flaggedWindows(lines: readonly string[]): Promise<number[]> {
  const text = lines.map((line, i) => `${new Date(Date.UTC(2024, 4, 1) + i * 1_000).toISOString()} ${line}\n`).join('');
  const options = evaluationOptions({ window: '100l', warmUp: '0', train: [], test: ['log'] });
  const input = memoryInput('log', new TextEncoder().encode(text));
  const progress = { reading: () => undefined, lines: () => undefined };
  const { units } = await evaluate(options, [], [{ input, label: undefined }], progress);
  return Array.from(units.flagged.keys()).filter((unit) => units.flagged[unit] === 1);
}

describe('ReportDetails', () => {
  it('knows the lines of a report after three of them, and never its first one', () => {
    const details = new ReportDetails();
    for (let i = 0; i < 3; i++) expect(run(details, 5, 6, 6, 7)).toEqual([false, false, false, false]);
    expect(run(details, 5, 6, 6, 7)).toEqual([false, true, true, true]);
    // Without the message nothing has told what they are.
    expect(run(details, 6, 7)).toEqual([false, true]);
  });

  it('takes lines that come in any order for messages', () => {
    const details = new ReportDetails();
    for (let i = 0; i < 20; i++) {
      expect(run(details, 5, 6, 5, 6)).not.toContain(true);
      expect(run(details, 6, 5)).not.toContain(true);
    }
  });

  it('separates what follows messages from messages, also where two come at once and reports are torn', () => {
    const [details, random] = [new ReportDetails(), new SeededRandom(5)];
    details.grow(64);
    const found = { message: [] as number[], dump: [] as number[] };
    for (let report = 0; report < 400; report++) {
      const follow = (kind: keyof typeof found, template: number): void => {
        const isDetail = details.follow(template, true);
        if (report >= 100) found[kind].push(isDetail ? 1 : 0);
      };
      for (let messages = random.next() < 0.2 ? 2 : 1; messages > 0; messages--) follow('message', 1 + random.below(8));
      for (let line = 3 + random.below(9); line > 0; line--) {
        if (random.next() < 0.02) details.follow(0, false);
        follow('dump', 9 + random.below(20));
      }
      details.follow(0, false);
    }
    expect(auc(found.message, found.dump)).toBeGreaterThan(0.9);
  });

  it('separates the dumps in a supercomputer’s log from the lines that its operators tagged', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const lines = gunzipSync(readFileSync(join(referenceData ?? '', 'bgl-100k/bgl.log.gz')))
      .toString()
      .trim()
      .split('\n');
    const miner = createTemplateMiner({ maxTemplates: 10_000, maxMessageBytes: 8_192 });
    const details = new ReportDetails();
    details.grow(10_000);
    const known = new Set<number>();
    const found = { tagged: [] as number[], others: [] as number[] };
    lines.forEach((line, i) => {
      const label = line.slice(0, line.indexOf(' '));
      const message = Buffer.from(line.slice(label.length + 1));
      const template = miner.mine(message, 0, message.length);
      for (const change of miner.takeChanges()) if (change.kind === 'merged') details.merge(change.from, change.to);
      // What normal lines of the first fifth have shown is known, and nothing else.
      const isJudged = i >= lines.length / 5;
      if (label === '-' && !isJudged) known.add(template);
      const isUnknown = !known.has(template);
      const isDetail = details.follow(template, isUnknown);
      if (isUnknown && isJudged) found[label === '-' ? 'others' : 'tagged'].push(isDetail ? 1 : 0);
    });
    expect(found.tagged.length).toBeGreaterThan(400);
    expect(auc(found.tagged, found.others)).toBeGreaterThan(0.75);
  });

  it('forgets a template whose index is used again, and continues from its state', () => {
    const details = new ReportDetails();
    for (let i = 0; i < 4; i++) run(details, 5, 6, 7);
    details.follow(5, true);
    const writer = new StateWriter();
    details.save(writer);
    const restored = new ReportDetails();
    restored.load(new StateReader(writer.finish()));
    for (const one of [details, restored]) {
      one.clear(7);
      expect(run(one, 6, 7)).toEqual([true, false]);
    }
  });

  it('keeps windows from being flagged that only go on with a report that was told', async () => {
    const random = new SeededRandom(3);
    const usual = (count: number): string[] =>
      Array.from(
        { length: count },
        () => `INFO ${['job started', 'job done', 'cache swept', 'beat'][random.below(4)]}`,
      );
    const dump = (lines: number): string[] =>
      ['counter', 'stack pointer', 'link', 'status', 'cache line', 'page table'].flatMap((what) =>
        Array.from({ length: lines }, () => `FATAL ${what} register holds 0x${random.below(65_536).toString(16)}`),
      );
    const crash = (lines: number): string[] => ['FATAL kernel stopped at a bad address', ...dump(lines)];
    const message = Array.from({ length: 500 }, () => 'FATAL kernel stopped at a bad address');
    const small = [...crash(5), ...usual(69)];
    const history = [...usual(30_000), ...small, ...usual(900), ...small, ...usual(900), ...small, ...usual(900)];
    const at = history.length / 100;
    expect(await flaggedWindows([...history, ...crash(100), ...usual(99)])).toEqual([300, 310, 320, at]);
    const flood = await flaggedWindows([...history, ...message]);
    expect(flood.slice(3)).toEqual([at, at + 1, at + 2, at + 3, at + 4]);
  });
});
