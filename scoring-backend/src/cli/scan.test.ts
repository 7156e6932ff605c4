import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../otel-processor/test/needs.ts';
import { Random } from '../demo/random.ts';
import type { Explanation } from '../explain/explanation.ts';
import { runSeismo } from './seismo-process.ts';

const FIRST_MS = Date.UTC(2026, 2, 1, 8);
let folder: string;

/** Two hours of a quiet service, one line a second, and two minutes of errors in the middle. */
function quietLogWithFault(): string[] {
  const lines: string[] = [];
  for (let second = 0; second < 7_200; second++) {
    const time = new Date(FIRST_MS + second * 1000).toISOString();
    const broken = second >= 4_000 && second < 4_120;
    lines.push(
      broken
        ? `${time} ERROR cannot reach database at 10.0.0.7: connection refused`
        : `${time} INFO request ${10_000 + second} served in ${20 + ((second * 7) % 13)} ms`,
    );
  }
  return lines;
}

interface JsonAnomaly {
  readonly time: string | null;
  readonly service: string;
  readonly unit: string;
  readonly score: number;
  readonly magnitude: number;
  readonly margin: number;
  readonly confidence: number;
  readonly reasons: readonly { readonly kind: string; readonly text: string }[];
  readonly templateId: string;
  readonly template: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly text: string | null;
  readonly explanation?: Explanation;
}

interface Summary {
  readonly lines: number;
  readonly templates: number;
  readonly anomalies: number;
  readonly episodes: number;
  readonly seconds: number;
}

function parsed(stdout: string): { anomalies: JsonAnomaly[]; summary: Summary } {
  const objects = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonAnomaly | { summary: Summary });
  const last = objects.pop();
  if (last === undefined || !('summary' in last)) throw new Error('the last line is no summary');
  return { anomalies: objects as JsonAnomaly[], summary: last.summary };
}

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seismo-scan-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('seismo scan', () => {
  const fault = quietLogWithFault();

  it('finds a session that ended too early by the ids in plain lines, without being told of them', async () => {
    const steps = ['received', 'reserved in stock', 'paid by card', 'packed', 'handed to the carrier'];
    const lines = Array.from({ length: 6_200 }, (_, order) => {
      const own =
        order === 6_000 ? steps.slice(0, 2) : order % 10 === 3 ? [...steps.slice(0, 3), ...steps.slice(2)] : steps;
      return own.map((step, i) => {
        const time = new Date(FIRST_MS + order * 50_000 + i * 7_000).toISOString();
        return `${time} INFO order ord_${100_000 + order} ${step}`;
      });
    }).flat();
    const path = await fileOf('orders.log', `${lines.join('\n')}\n`);
    const found = async (...flags: string[]): Promise<JsonAnomaly[]> => {
      const { stdout } = await runSeismo(['scan', '--json', ...flags, path]);
      return parsed(stdout).anomalies.filter(({ unit }) => unit === 'session');
    };
    // The file is read in pieces of hours: each has its place in the windows.
    const [session] = await found();
    expect(session.reasons[0].text).toContain('session ord_106000');
    expect(session.explanation?.check?.before).toBeGreaterThan(session.explanation?.check?.after ?? Infinity);
    expect(await found('--session-pattern', 'ord_\\d+')).toHaveLength(1);
    expect(await found('--session-pattern', 'no such id')).toEqual([]);
    const { code, stderr } = await runSeismo(['scan', '--session-pattern', '(', path]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--session-pattern')]);
  }, 120_000);

  it('finds a fault in a plain log and says when, where and why, with the line', async () => {
    const path = await fileOf('shop.log', `${fault.join('\n')}\n`);
    const { code, stdout } = await runSeismo(['scan', '--json', path]);
    expect(code).toBe(0);
    const { anomalies, summary } = parsed(stdout);
    expect(summary).toMatchObject({ lines: 7_200, templates: 2, anomalies: anomalies.length, episodes: 1 });
    const first = anomalies[0];
    expect(first).toMatchObject({ service: 'shop', file: path });
    expect(Date.parse(first.time ?? '')).toBeGreaterThanOrEqual(FIRST_MS + 3_900_000);
    expect(Date.parse(first.time ?? '')).toBeLessThan(FIRST_MS + 4_200_000);
    for (const anomaly of anomalies) {
      expect(anomaly.score).toBeCloseTo(1 - 2 ** (-anomaly.magnitude / 2), 6);
      expect(anomaly.margin).toBeGreaterThan(0);
      expect(anomaly.confidence).toBeGreaterThan(0);
      expect(anomaly.reasons.length).toBeGreaterThan(0);
      expect(anomaly.templateId === '' || /^[0-9a-f]{16}$/.test(anomaly.templateId)).toBe(true);
      if (anomaly.line !== null) expect(fault[anomaly.line - 1]).toBe(anomaly.text);
    }
    expect(anomalies.some(({ template }) => template.includes('cannot reach database'))).toBe(true);
  });

  it('writes a readable report without escape sequences when nobody watches', async () => {
    const { code, stdout, stderr } = await runSeismo(['scan', await fileOf('report.log', fault.join('\n'))]);
    expect(code).toBe(0);
    expect(stdout).toContain('7,200 lines');
    expect(stdout).toMatch(/^1 {2}report {2}2026-03-01 0\d:\d\d:\d\d/m);
    expect(stdout).toMatch(/as rare as 1 in|rarer than 1 in/);
    expect(stdout).toContain('cannot reach database');
    // eslint-disable-next-line no-control-regex
    expect(stdout + stderr).not.toMatch(/\u001b/);
  });

  it('tells a reason that repeats within an episode once, with how often and when; JSON keeps every anomaly', async () => {
    const path = await fileOf('repeats.log', fault.join('\n'));
    const { anomalies, summary } = parsed((await runSeismo(['scan', '--json', path])).stdout);
    const repeats = anomalies.filter(({ reasons }) => reasons.some(({ kind }) => kind === 'error_rate'));
    expect(summary.episodes).toBe(1);
    expect(repeats.length).toBeGreaterThan(1);
    const report = (await runSeismo(['scan', path])).stdout;
    const told = report.split('\n').filter((line) => line.includes('of the records were errors'));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/\(in \d+ windows, 09:0\d:\d\d – 09:\d\d:\d\d\)$/);
    expect(Number(/in (\d+) windows/.exec(told[0])?.[1])).toBe(repeats.length);
    // The line has its time in front: it is not told twice.
    expect(report).toMatch(/│ line 4,\d{3} {2}2026-03-01T09:0/);
  });

  it('does not take the end of a file for silence', async () => {
    const busy = fault.slice(0, 3_950);
    const { anomalies } = parsed(
      (await runSeismo(['scan', '--json', await fileOf('ends.log', busy.join('\n'))])).stdout,
    );
    expect(anomalies).toEqual([]);
    const whole = parsed((await runSeismo(['scan', '--json', await fileOf('whole.log', fault.join('\n'))])).stdout);
    expect(whole.anomalies.length).toBeGreaterThan(0);
    for (const { time } of whole.anomalies) expect(Date.parse(time ?? '')).toBeLessThan(FIRST_MS + 7_200_000);
  });

  it('says so when nothing is odd', async () => {
    const calm = fault.filter((line) => line.includes('INFO')).slice(0, 3_000);
    const { code, stdout } = await runSeismo(['scan', await fileOf('calm.log', calm.join('\n'))]);
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing odd');
  });

  it('reads gzip by content, and standard input, with the same result', async () => {
    const plain = await runSeismo(['scan', '--json', await fileOf('app.log', fault.join('\n'))]);
    const packed = gzipSync(fault.join('\n'));
    const fromGzip = await runSeismo(['scan', '--json', await fileOf('app', packed)]);
    const piped = await runSeismo(['scan', '--json'], { input: packed });
    const facts = ({ stdout }: { stdout: string }): unknown =>
      parsed(stdout).anomalies.map(({ time, unit, magnitude, line, text }) => ({ time, unit, magnitude, line, text }));
    expect(facts(plain)).not.toEqual([]);
    expect(facts(fromGzip)).toEqual(facts(plain));
    expect(facts(piped)).toEqual(facts(plain));
    expect(parsed(piped.stdout).anomalies[0].file).toBe('standard input');
  });

  it('reads JSON lines of several services', async () => {
    const lines = fault.map((line, second) => {
      const [timestamp, severity, ...words] = line.split(' ');
      return JSON.stringify({
        timestamp,
        source: 'host-1',
        service: 'checkout',
        severity,
        message: words.join(' '),
        metadata: { second },
      });
    });
    const other = fault.map((_, second) =>
      JSON.stringify({
        timestamp: FIRST_MS + second * 1000,
        service: 'cart',
        severity: 'INFO',
        message: `cart ${second} saved`,
      }),
    );
    const both = lines.flatMap((line, i) => [line, other[i]]);
    const { code, stdout } = await runSeismo(['scan', '--json', await fileOf('both.jsonl', both.join('\n'))]);
    expect(code).toBe(0);
    const { anomalies, summary } = parsed(stdout);
    expect(summary.lines).toBe(14_400);
    expect(new Set(anomalies.map(({ service }) => service))).toEqual(new Set(['checkout']));
    const shown = anomalies.find(({ text }) => text?.includes('cannot reach database'));
    expect(shown?.line).toBeGreaterThan(8_000);
  });

  it('scores records of a file without times and says that windows are not available', async () => {
    const random = new Random(1);
    const kinds = ['request * served from cache', 'job * finished', 'connection * closed by peer', 'user * logged in'];
    const lines = Array.from({ length: 5_000 }, (_, i) => random.pick(kinds).replace('*', String(i)));
    lines[4_500] = 'disk failure detected on volume data, giving up';
    // Rare too, but nothing that anybody could read.
    lines[4_800] = ' ';
    const path = await fileOf('untimed.log', lines.join('\n'));
    const { anomalies } = parsed((await runSeismo(['scan', '--json', path])).stdout);
    expect(anomalies.map(({ time, unit, line, text }) => ({ time, unit, line, text }))).toEqual([
      { time: null, unit: 'record', line: 4_501, text: lines[4_500] },
    ]);
    const report = (await runSeismo(['scan', path])).stdout;
    expect(report).toContain('windows of time are not available');
    expect(report).toMatch(/^1 {2}untimed {2}line 4,501$/m);
  });

  it('counts lines of several files per file', async () => {
    const before = await fileOf('before.log', fault.slice(0, 3_000).join('\n'));
    const after = await fileOf('after.log', fault.slice(1_000).join('\n'));
    const { anomalies, summary } = parsed((await runSeismo(['scan', '--json', before, after])).stdout);
    expect(summary.lines).toBe(9_200);
    expect(new Set(anomalies.map(({ service }) => service))).toEqual(new Set(['after']));
    for (const { file, line, text } of anomalies) {
      expect(file).toBe(after);
      if (line !== null) expect(fault[1_000 + line - 1]).toBe(text);
    }
  });

  it('survives binary garbage', async () => {
    const garbage = randomFillSync(new Uint8Array(3_000_000));
    const { code, stdout } = await runSeismo(['scan', '--json', await fileOf('garbage.bin', garbage)]);
    expect(code).toBe(0);
    expect(parsed(stdout).summary.lines).toBe(
      garbage.filter((byte) => byte === 10).length + (garbage.at(-1) === 10 ? 0 : 1),
    );
  });

  it('accepts an empty input', async () => {
    const { code, stdout } = await runSeismo(['scan', '--json'], { input: '' });
    expect(code).toBe(0);
    expect(parsed(stdout).summary).toMatchObject({ lines: 0, templates: 0, anomalies: 0, episodes: 0 });
  });

  it.each([
    ['a file that is not there', ['scan', 'no-such.log'], 'no such file'],
    ['a folder', ['scan', tmpdir()], 'it is a folder'],
  ])('names %s and exits with 1', async (_what, args, words) => {
    const { code, stdout, stderr } = await runSeismo(args);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain(' at ');
    expect(stdout).toBe('');
  });

  it('says that a gzip file ends too early, and exits with 1', async () => {
    const { code, stderr } = await runSeismo([
      'scan',
      await fileOf('cut.gz', gzipSync(fault.join('\n')).subarray(0, 9_000)),
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('ends too early');
  });

  it('ends quietly when its reader does', async () => {
    const path = await fileOf('pipe.log', fault.join('\n'));
    const launcher = new URL('../../bin/seismo.mjs', import.meta.url).pathname;
    const shell = spawn('sh', [
      '-c',
      '"$0" "$1" scan --json "$2" "$2" "$2" | head -n 1; exit 0',
      process.execPath,
      launcher,
      path,
    ]);
    let stderr = '';
    shell.stderr.on('data', (chunk: Uint8Array) => (stderr += String(chunk)));
    let stdout = '';
    shell.stdout.on('data', (chunk: Uint8Array) => (stdout += String(chunk)));
    await new Promise((resolve) => shell.on('close', resolve));
    expect(stdout.split('\n').length).toBe(2);
    expect(stderr).toBe('');
  });

  it('gives the same answer twice on 20,000 lines of a real log, and lines that are what they say', async (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const path = join(referenceData ?? '', 'hdfs-raw/hdfs.log.gz');
    const lines: string[] = [];
    for await (const line of createInterface({ input: createReadStream(path).pipe(createGunzip()) })) {
      if (lines.push(line) === 20_000) break;
    }
    const copy = await fileOf('hdfs.log', `${lines.join('\n')}\n`);
    expect(readFileSync(copy).length).toBeGreaterThan(1_000_000);
    const [first, second] = [await runSeismo(['scan', '--json', copy]), await runSeismo(['scan', '--json', copy])];
    expect(first.code).toBe(0);
    const { anomalies, summary } = parsed(first.stdout);
    expect(parsed(second.stdout).anomalies).toEqual(anomalies);
    expect(summary.lines).toBe(20_000);
    expect(summary.anomalies).toBe(anomalies.length);
    for (const { line, text } of anomalies) if (line !== null) expect(lines[line - 1]).toBe(text);
  });
});
