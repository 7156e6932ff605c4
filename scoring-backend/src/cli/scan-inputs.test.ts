import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { FIRST_MS, LogFolder, parsed, quietLogWithFault } from '../../test/scan-log.ts';
import { Random } from '../demo/random.ts';
import { runSeismo } from './seismo-process.ts';

const logs = new LogFolder();
afterAll(() => logs.remove());

describe('what seismo scan reads', { timeout: 120_000 }, () => {
  const fault = quietLogWithFault();

  it('reads gzip by content, and standard input, with the same result', async () => {
    const plain = await runSeismo(['scan', '--json', await logs.file('app.log', fault.join('\n'))]);
    const packed = gzipSync(fault.join('\n'));
    const fromGzip = await runSeismo(['scan', '--json', await logs.file('app', packed)]);
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
    const { code, stdout } = await runSeismo(['scan', '--json', await logs.file('both.jsonl', both.join('\n'))]);
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
    const path = await logs.file('untimed.log', lines.join('\n'));
    const { anomalies } = parsed((await runSeismo(['scan', '--json', path])).stdout);
    expect(anomalies.map(({ time, unit, line, text }) => ({ time, unit, line, text }))).toEqual([
      { time: null, unit: 'record', line: 4_501, text: lines[4_500] },
    ]);
    const report = (await runSeismo(['scan', path])).stdout;
    expect(report).toContain('windows of time are not available');
    expect(report).toMatch(/^1 {2}untimed {2}line 4,501$/m);
  });

  it('counts lines of several files per file', async () => {
    const before = await logs.file('before.log', fault.slice(0, 3_000).join('\n'));
    const after = await logs.file('after.log', fault.slice(1_000).join('\n'));
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
    const { code, stdout } = await runSeismo(['scan', '--json', await logs.file('garbage.bin', garbage)]);
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
      await logs.file('cut.gz', gzipSync(fault.join('\n')).subarray(0, 9_000)),
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('ends too early');
  });

  it('ends quietly when its reader does', async () => {
    const path = await logs.file('pipe.log', fault.join('\n'));
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
});
