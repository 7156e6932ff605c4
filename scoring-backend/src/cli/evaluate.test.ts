import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '../detectors/random.ts';
import { runSeismo } from './seismo-process.ts';

const TIMEOUT = { timeout: 90_000 };
let folder: string;

interface JsonFigures {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly rocAuc: number | null;
  readonly prAuc: number | null;
  readonly falsePositivesPer10000: number | null;
}

interface JsonEvaluation extends JsonFigures {
  readonly unit: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly baselines: Readonly<Record<'flagAll' | 'random' | 'newTemplate' | 'eventCount', JsonFigures>>;
  readonly seed: number;
  readonly seconds: number;
}

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function evaluated(...args: string[]): Promise<JsonEvaluation> {
  const { code, stdout, stderr } = await runSeismo(['evaluate', '--json', ...args]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  return JSON.parse(stdout) as JsonEvaluation;
}

async function refusal(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runSeismo(['evaluate', ...args]);
  expect(stdout).toBe('');
  expect(code).toBe(2);
  return stderr;
}

/** Sessions that open, read some blocks and close; an odd one fails in the middle and closes twice. */
function sessions(count: number, odd: boolean, seed: number): string {
  const random = new SeededRandom(seed);
  const one = (): string => {
    const middle = Array.from({ length: 2 + random.below(3) }, () => '7 8').join(' ');
    return odd ? `5 5 ${middle} 99 9 9` : `5 ${middle} 9`;
  };
  return Array.from({ length: count }, () => `${one()}\n`).join('');
}

/** A line a second of a quiet service, labelled in front; from a time on some lines are of an alert. */
function labelledLog(lines: number, alertFrom: number): string {
  const random = new SeededRandom(3);
  let text = '';
  for (let i = 0; i < lines; i++) {
    const time = new Date(Date.UTC(2026, 2, 1) + i * 1000).toISOString();
    const alert = i >= alertFrom && i < alertFrom + 300 && i % 3 === 0;
    text += alert
      ? `DISKFAIL ${time} ERROR disk sd${random.below(9)} reported an unreadable sector\n`
      : `- ${time} INFO request ${random.below(1e6)} served in ${10 + random.below(20)} ms\n`;
  }
  return text;
}

describe('seismo evaluate', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seismo-evaluate-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('learns sequences and tells odd ones from normal ones, with a row per session', TIMEOUT, async () => {
    const train = await fileOf('train.txt', sessions(2_000, false, 1));
    const normal = await fileOf('normal.txt.gz', gzipSync(sessions(500, false, 2)));
    const odd = await fileOf('odd.txt', sessions(50, true, 3));
    const scores = join(folder, 'scores.csv');
    const files = ['--train', train, '--test-normal', normal, '--test-abnormal', odd];
    const result = await evaluated('--format', 'sequences', ...files, '--scores', scores);
    expect(result).toMatchObject({ unit: 'session', counts: { units: 550, normal: 500, abnormal: 50, warmUp: 0 } });
    expect(result.rocAuc).toBeGreaterThan(0.99);
    expect(result.f1).toBeGreaterThan(0.9);
    expect(result.baselines.flagAll).toMatchObject({ recall: 1, falsePositivesPer10000: 10_000 });
    expect(result.baselines.newTemplate).toMatchObject({ precision: 1, recall: 1 });
    const [header, ...rows] = readFileSync(scores, 'utf8').trim().split('\n');
    expect(header).toBe('unit,label,score,flagged');
    expect(rows).toHaveLength(550);
    expect(rows.filter((row) => row.split(',')[1] === '1')).toHaveLength(50);
    const flagged = rows.filter((row) => row.endsWith(',1'));
    expect(flagged).toHaveLength(result.counts.flagged);
    for (const row of flagged) expect(Number(row.split(',')[2])).toBeGreaterThanOrEqual(1 - 2 ** -1.5);
  });

  it('takes ids before a tab, and labels by id from a file', TIMEOUT, async () => {
    const rows = sessions(400, false, 4).trim().split('\n');
    const test = await fileOf('ids.tsv', rows.map((row, i) => `s${i}\t${i % 100 === 99 ? '5 99 99' : row}\n`).join(''));
    const labels = await fileOf(
      'labels.csv',
      `id,label\n${rows.map((_, i) => `s${i},${i % 100 === 99 ? 'Anomaly' : 'Normal'}\n`).join('')}`,
    );
    const result = await evaluated('--format', 'sequences', '--test', test, '--labels', labels, '--warm-up', '0.5');
    expect(result.counts).toMatchObject({ units: 200, warmUp: 200, abnormal: 2, normal: 198, unlabelled: 0 });
    expect(result.rocAuc).toBeGreaterThan(0.99);
  });

  it('takes the label column off before it learns, and judges windows of lines and of time', TIMEOUT, async () => {
    const log = await fileOf('labelled.log', labelledLog(12_000, 9_000));
    const common = ['--test', log, '--label-prefix', '-', '--warm-up', '0.2'];
    const lines = await evaluated(...common, '--window', '100l');
    expect(lines).toMatchObject({ unit: 'window', counts: { lines: 12_000, units: 96, warmUp: 24, abnormal: 3 } });
    expect(lines.rocAuc).toBeGreaterThan(0.95);
    const minutes = await evaluated(...common, '--window', '60s');
    expect(minutes.counts.abnormal).toBe(5);
    expect(minutes.recall).toBe(1);
    expect(minutes.rocAuc).toBeGreaterThan(0.95);
  });

  it('finds sessions of raw lines by a pattern, and leaves lines without one out', TIMEOUT, async () => {
    let text = '';
    for (let i = 0; i < 600; i++) {
      const at = (s: number): string => new Date(Date.UTC(2026, 2, 1) + (i * 5 + s) * 1000).toISOString();
      const steps = i === 550 ? ['opened', 'failed', 'failed'] : ['opened', 'copied', 'closed'];
      steps.forEach((step, s) => (text += `${at(s)} INFO file f-${i} was ${step}\n`));
      text += `${at(3)} INFO heartbeat\n`;
    }
    const log = await fileOf('files.log', text);
    const labels = await fileOf(
      'files.csv',
      'f-550,1\n' + Array.from({ length: 600 }, (_, i) => (i === 550 ? '' : `f-${i},0\n`)).join(''),
    );
    const result = await evaluated(
      '--test',
      log,
      '--session-pattern',
      'f-\\d+',
      '--labels',
      labels,
      '--warm-up',
      '0.5',
    );
    expect(result.counts).toMatchObject({ units: 300, abnormal: 1, outside: 600 });
    expect(result.rocAuc).toBe(1);
  });

  it('judges sessions in the order in which they end', TIMEOUT, async () => {
    const line = (s: number, id: string): string =>
      `${new Date(Date.UTC(2026, 2, 1) + s * 1000).toISOString()} INFO file ${id} was touched\n`;
    const log = await fileOf(
      'order.log',
      line(0, 'f-long') + line(1, 'f-short') + line(2, 'f-short') + line(3, 'f-long'),
    );
    const scores = join(folder, 'order.csv');
    await evaluated('--test', log, '--session-pattern', 'f-\\w+', '--warm-up', '0', '--scores', scores);
    const [, ...rows] = readFileSync(scores, 'utf8').trim().split('\n');
    expect(rows.map((row) => row.split(',')[0])).toEqual(['f-short', 'f-long']);
  });

  it('reads CSV and JSON lines with a label column that is not learned, and values', TIMEOUT, async () => {
    const random = new SeededRandom(9);
    const rows = Array.from({ length: 2_000 }, (_, i) =>
      i % 500 === 499 ? ['kernel panic, halted', 'bad'] : [`user ${random.below(50)} came in`, 'normal'],
    );
    const csv = await fileOf('rows.csv', `message,class\n${rows.map(([m, c]) => `"${m}",${c}\n`).join('')}`);
    const jsonl = await fileOf(
      'rows.jsonl',
      rows.map(([message, label]) => `${JSON.stringify({ message, label })}\n`).join(''),
    );
    for (const args of [
      ['--format', 'csv', '--test', csv, '--label-column', 'class'],
      ['--format', 'jsonl', '--test', jsonl, '--label-column', 'label'],
    ]) {
      const result = await evaluated(...args);
      expect(result).toMatchObject({ unit: 'line', counts: { lines: 2_000, units: 1_600, abnormal: 4 } });
      expect(result.rocAuc).toBeGreaterThan(0.95);
    }
    const values = Array.from({ length: 3_000 }, (_, i) => {
      const time = new Date(Date.UTC(2026, 2, 1) + i * 300_000).toISOString();
      return `${time},${i === 2_500 ? 900 : 50 + random.below(5)},${i === 2_500 ? 1 : 0}\n`;
    });
    const series = await fileOf('series.csv', `timestamp,load,anomaly\n${values.join('')}`);
    const result = await evaluated(
      '--format',
      'values',
      '--value-column',
      'load',
      '--label-column',
      'anomaly',
      '--test',
      series,
    );
    expect(result.recall).toBe(1);
    // What looks at sixty values together finds the ones behind the spike as odd as it: they tie, at the most M may be.
    expect(result.rocAuc).toBeGreaterThan(0.98);
  });

  it('names the flag that is wrong, and the file that is not there', TIMEOUT, async () => {
    const file = await fileOf('some.log', 'a line\n');
    expect(await refusal('--test', file, '--format', 'xml')).toContain('--format must be one of lines, csv');
    expect(await refusal('--test', file, '--labels', join(folder, 'none.csv'))).toContain('--labels');
    expect(await refusal('no-such-protocol')).toContain('hdfs-sequences');
    const { code, stderr } = await runSeismo(['evaluate', '--test', join(folder, 'none.log')]);
    expect(code).toBe(1);
    expect(stderr).toContain('none.log');
  });

  it('prints a table for people, with the baselines beside it', TIMEOUT, async () => {
    const log = await fileOf('table.log', labelledLog(3_000, 2_000));
    const { code, stdout } = await runSeismo(['evaluate', '--test', log, '--label-prefix', '-', '--window', '100l']);
    expect(code).toBe(0);
    for (const word of [
      'Seismo',
      'flag all',
      'random',
      'new template',
      'event count',
      'ROC-AUC',
      'PR-AUC',
      'per 10,000',
    ])
      expect(stdout).toContain(word);
  });
});
