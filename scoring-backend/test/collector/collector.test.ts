import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { go, NO_GO, NO_REFERENCE_DATA, referenceData } from '../../../otel-processor/test/needs.ts';
import { buildCollector, freePort, runCollector } from './collector.ts';
import { type RunningSeismo, startSeismo } from './seismo.ts';

const provisioning = resolve(import.meta.dirname, '../../../provisioning/collector');
/** From an empty Go cache the build takes some minutes on two cores. */
const BUILD_MS = 900_000;
const RUN_MS = 180_000;
/** On a busy machine the first batches may take longer than the usual 200 ms; here every record is to have a verdict. */
const PATIENT = 'processor: { scoring: { timeoutMs: 10000 } }\n';

/** What the lines of the HDFS log say: 9 to 11 November 2008. */
const FROM = Date.UTC(2008, 10, 9);
const TO = Date.UTC(2008, 10, 12);

interface ArrivedRecord {
  readonly body: string;
  readonly attributes: readonly { key: string; value: Record<string, unknown> }[];
}

/** The records in a file exporter's file: a line is one request in OTLP/JSON. */
function arrived(file: string): ArrivedRecord[] {
  if (!existsSync(file)) return [];
  const records: ArrivedRecord[] = [];
  // The last line may be half written.
  for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
    const request = JSON.parse(line) as {
      resourceLogs: {
        scopeLogs: { logRecords: { body: { stringValue: string }; attributes?: ArrivedRecord['attributes'] }[] }[];
      }[];
    };
    for (const { scopeLogs } of request.resourceLogs)
      for (const { logRecords } of scopeLogs)
        for (const { body, attributes } of logRecords)
          records.push({ body: body.stringValue, attributes: attributes ?? [] });
  }
  return records;
}

async function until<T>(what: string, read: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + RUN_MS - 20_000;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(500);
  }
}

describe('with the real Collector', () => {
  let folder: string;
  let seismo: RunningSeismo | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'seismo-collector-'));
  });
  afterEach(async () => {
    await seismo?.stop();
    seismo = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  it('the example configurations are valid', { timeout: BUILD_MS }, (context) => {
    context.skip(go === undefined, NO_GO);
    const collector = buildCollector();
    for (const example of ['inline.yaml', 'tap.yaml', 'kafka.yaml']) {
      const env = { ...process.env, SEISMO_STORAGE: folder };
      execFileSync(collector, ['validate', '--config', join(provisioning, example)], { env, stdio: 'pipe' });
    }
  });

  it(
    'inline: every line of a file arrives exactly once, unchanged but for our attributes, and its scores can be asked for',
    { timeout: BUILD_MS },
    async (context) => {
      context.skip(go === undefined, NO_GO);
      context.skip(referenceData === undefined, NO_REFERENCE_DATA);
      const text = gunzipSync(readFileSync(join(referenceData ?? '', 'hdfs-raw/hdfs.log.gz')));
      writeFileSync(join(folder, 'hdfs.log'), text);
      const lines = text
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '');

      const [annotated, raw, grpc, health] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
      const config = join(folder, 'seismo.yaml');
      writeFileSync(config, PATIENT);
      seismo = await startSeismo(folder, ['--config', config, '--forward', `http://127.0.0.1:${annotated}`]);
      const out = join(folder, 'annotated.jsonl');
      const collector = await runCollector(join(provisioning, 'inline.yaml'), {
        SEISMO_HEALTH_ENDPOINT: `127.0.0.1:${health}`,
        SEISMO_STORAGE: join(folder, 'storage'),
        SEISMO_RAW_HTTP: `127.0.0.1:${raw}`,
        SEISMO_RAW_GRPC: `127.0.0.1:${grpc}`,
        SEISMO_ANNOTATED_HTTP: `127.0.0.1:${annotated}`,
        SEISMO_PROCESSOR: seismo.otlpHttp,
        SEISMO_LOGS: join(folder, 'hdfs.log'),
        SEISMO_OUT: out,
      });
      try {
        const records = await until(`${lines.length} lines`, () => {
          const sofar = arrived(out);
          return sofar.length >= lines.length ? sofar : undefined;
        });
        expect(records.length).toBe(lines.length);
        expect(records.map((record) => record.body).sort()).toEqual(lines.toSorted());

        const keys = new Set(records.flatMap((record) => record.attributes.map((attribute) => attribute.key)));
        const foreign = [...keys].filter((key) => !key.startsWith('anomaly.')).sort();
        expect(foreign).toEqual(['log.file.name']);
        const scored = records.filter((record) =>
          record.attributes.some((attribute) => attribute.key === 'anomaly.score'),
        );
        expect(scored.length).toBe(lines.length);

        const { api } = seismo;
        // The store is written a moment after the verdicts are given.
        await until('the service in the store', async () => {
          const answer = (await (await fetch(`${api}/api/v1/services?from=${FROM}&to=${TO}`)).json()) as {
            services: { service: string }[];
          };
          return answer.services.some((service) => service.service === 'hdfs.log') ? true : undefined;
        });
        const answer = await fetch(`${api}/api/v1/query`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            from: FROM,
            to: TO,
            queries: [{ refId: 'A', queryType: 'scores', services: ['hdfs.log'], sizeMs: 300_000, field: 'score' }],
          }),
        });
        const { results } = (await answer.json()) as { results: { A: { frames: { data: { values: number[][] } }[] } } };
        const [times, scores] = results.A.frames[0].data.values;
        expect(times.length).toBeGreaterThan(100);
        expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
      } finally {
        await collector.stop();
      }
    },
  );

  it('tap: logs go on as always and a copy is scored', { timeout: BUILD_MS }, async (context) => {
    context.skip(go === undefined, NO_GO);
    const lines = Array.from(
      { length: 2000 },
      (_, i) => `2026-01-02T03:04:${String(i % 60).padStart(2, '0')}Z INFO order ${i} placed`,
    );
    writeFileSync(join(folder, 'shop.log'), `${lines.join('\n')}\n`);
    const [raw, grpc, health] = await Promise.all([freePort(), freePort(), freePort()]);
    seismo = await startSeismo(folder, []);
    const out = join(folder, 'logs.jsonl');
    const collector = await runCollector(join(provisioning, 'tap.yaml'), {
      SEISMO_HEALTH_ENDPOINT: `127.0.0.1:${health}`,
      SEISMO_RAW_HTTP: `127.0.0.1:${raw}`,
      SEISMO_RAW_GRPC: `127.0.0.1:${grpc}`,
      SEISMO_PROCESSOR: seismo.otlpHttp,
      SEISMO_LOGS: join(folder, 'shop.log'),
      SEISMO_OUT: out,
    });
    try {
      const records = await until('2,000 lines', () => (arrived(out).length >= 2000 ? arrived(out) : undefined));
      expect(records.map((record) => record.body).sort()).toEqual(lines.toSorted());
      expect(records.flatMap((record) => record.attributes).some(({ key }) => key.startsWith('anomaly.'))).toBe(false);
      const api = seismo.api;
      const count = await until('2,000 scored records', async () => {
        const answer = (await (await fetch(`${api}/api/v1/templates?service=shop.log`)).json()) as {
          templates: { count: number }[];
        };
        const sum = answer.templates.reduce((total, template) => total + template.count, 0);
        return sum >= 2000 ? sum : undefined;
      });
      expect(count).toBe(2000);
    } finally {
      await collector.stop();
    }
  });
});
