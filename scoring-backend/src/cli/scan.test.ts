import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../otel-processor/test/needs.ts';
import { FIRST_MS, LogFolder, parsed, quietLogWithFault, type JsonAnomaly } from '../../test/scan-log.ts';
import { runSeismo } from './seismo-process.ts';

const logs = new LogFolder();
afterAll(() => logs.remove());

describe('seismo scan', { timeout: 120_000 }, () => {
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
    const path = await logs.file('orders.log', `${lines.join('\n')}\n`);
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
  });

  it('finds a fault in a plain log and says when, where and why, with the line', async () => {
    const path = await logs.file('shop.log', `${fault.join('\n')}\n`);
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
    const { code, stdout, stderr } = await runSeismo(['scan', await logs.file('report.log', fault.join('\n'))]);
    expect(code).toBe(0);
    expect(stdout).toContain('7,200 lines');
    expect(stdout).toMatch(/^1 {2}report {2}2026-03-01 0\d:\d\d:\d\d/m);
    expect(stdout).toMatch(/as rare as 1 in|rarer than 1 in/);
    expect(stdout).toContain('cannot reach database');
    // eslint-disable-next-line no-control-regex
    expect(stdout + stderr).not.toMatch(/\u001b/);
  });

  it('tells a reason that repeats within an episode once, with how often and when; JSON keeps every anomaly', async () => {
    const path = await logs.file('repeats.log', fault.join('\n'));
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
      (await runSeismo(['scan', '--json', await logs.file('ends.log', busy.join('\n'))])).stdout,
    );
    expect(anomalies).toEqual([]);
    const whole = parsed((await runSeismo(['scan', '--json', await logs.file('whole.log', fault.join('\n'))])).stdout);
    expect(whole.anomalies.length).toBeGreaterThan(0);
    for (const { time } of whole.anomalies) expect(Date.parse(time ?? '')).toBeLessThan(FIRST_MS + 7_200_000);
  });

  it('says so when nothing is odd', async () => {
    const calm = fault.filter((line) => line.includes('INFO')).slice(0, 3_000);
    const { code, stdout } = await runSeismo(['scan', await logs.file('calm.log', calm.join('\n'))]);
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing odd');
  });

  it('gives the same answer twice on 20,000 lines of a real log, and lines that are what they say', async (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const path = join(referenceData ?? '', 'hdfs-raw/hdfs.log.gz');
    const lines: string[] = [];
    for await (const line of createInterface({ input: createReadStream(path).pipe(createGunzip()) })) {
      if (lines.push(line) === 20_000) break;
    }
    const copy = await logs.file('hdfs.log', `${lines.join('\n')}\n`);
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
