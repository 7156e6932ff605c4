import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../otel-processor/test/needs.ts';
import { runSeismo } from './seismo-process.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seismo-templates-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Fields of a CSV with quotes, as RFC 4180 has it. */
function csv(text: string): string[][] {
  const rows: string[][] = [];
  for (const record of text.match(/(?:"(?:[^"]|"")*"|[^"\n])*\n/g) ?? []) {
    const fields = record.slice(0, -1).match(/(?:^|,)(?:"(?:[^"]|"")*"|[^,]*)/g) ?? [];
    rows.push(
      fields
        .map((field) => field.replace(/^,/, ''))
        .map((field) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field)),
    );
  }
  return rows;
}

interface Template {
  readonly id: string;
  readonly template: string;
  readonly count: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly example: string;
}

function parsed(stdout: string): Template[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Template);
}

const LOG = [
  '2026-03-01T08:00:00Z user 17 logged in from 10.0.0.1',
  '2026-03-01T08:00:05Z user 18 logged in from 10.0.0.2',
  '',
  '2026-03-01T08:00:09Z value, "quoted", could not be parsed',
  '2026-03-01T08:01:00Z user 19 logged in from 10.0.0.3',
];

describe('seismo templates', () => {
  it('prints counts, ids and when each was first and last seen', async () => {
    const path = join(folder, 'app.log');
    await writeFile(path, LOG.join('\n'));
    const { code, stdout } = await runSeismo(['templates', path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ *COUNT {2}ID +FIRST SEEN +LAST SEEN +TEMPLATE$/m);
    expect(stdout).toMatch(/^ *3 {2}[0-9a-f]{16} {2}2026-03-01 08:00:00 {2}2026-03-01 08:01:00 {2}.*logged in from/m);
  });

  it('gives the same as JSON, from gzip on standard input too', async () => {
    const { code, stdout } = await runSeismo(['templates', '--json'], { input: gzipSync(LOG.join('\n')) });
    expect(code).toBe(0);
    const templates = parsed(stdout);
    expect(templates.reduce((sum, { count }) => sum + count, 0)).toBe(5);
    expect(templates[0]).toMatchObject({
      ...{ count: 3, firstLine: 1, lastLine: 5, example: LOG[0] },
      ...{ firstSeen: '2026-03-01T08:00:00.000Z', lastSeen: '2026-03-01T08:01:00.000Z' },
    });
  });

  it('assigns every line, blank ones too, and quotes what needs quotes', async () => {
    const path = join(folder, 'lines.log');
    const target = join(folder, 'lines.csv');
    await writeFile(path, `${LOG.join('\r\n')}\r\n`);
    expect((await runSeismo(['templates', '--assignments', target, path])).code).toBe(0);
    const [head, ...rows] = csv(await readFile(target, 'utf8'));
    expect(head).toEqual(['line', 'id_at_arrival', 'id', 'template']);
    expect(rows.map(([line]) => Number(line))).toEqual([1, 2, 3, 4, 5]);
    for (const [, atArrival, id] of rows)
      expect([atArrival, id]).toEqual([atArrival, id].filter((x) => /^[0-9a-f]{16}$/.test(x)));
    expect(rows[0].slice(1)).toEqual(rows[4].slice(1));
    expect(rows[3][3]).toContain(',');
    expect(new Set(rows.map(([, , id]) => id)).size).toBe(3);
  });

  it('says so when the assignments cannot be written', async () => {
    const path = join(folder, 'a.log');
    await writeFile(path, LOG.join('\n'));
    const { code, stderr } = await runSeismo(['templates', '--assignments', join(folder, 'no/such/folder.csv'), path]);
    expect(code).toBe(1);
    expect(stderr).toContain('cannot write');
  });

  it('covers every line of a real log, with ids that belong to templates that are printed', async (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const path = join(referenceData ?? '', 'hdfs-raw/hdfs.log.gz');
    const target = join(folder, 'hdfs.csv');
    const { code, stdout } = await runSeismo(['templates', '--json', '--assignments', target, path]);
    expect(code).toBe(0);
    const templates = parsed(stdout);
    const counts = new Map<string, number>();
    const rows = csv(await readFile(target, 'utf8')).slice(1);
    expect(rows.length).toBe(222_579);
    rows.forEach(([line, , id], i) => {
      if (Number(line) !== i + 1) throw new Error(`row ${i + 1} is of line ${line}`);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    });
    expect(counts).toEqual(new Map(templates.map(({ id, count }) => [id, count])));
  });
});
