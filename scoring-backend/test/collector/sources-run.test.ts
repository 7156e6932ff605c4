/** Two of the examples for sources, really run: files that are rotated, and syslog over TCP. Every line arrives, and once. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { go, NO_GO } from '../../../otel-processor/test/needs.ts';
import { ProcessorProcess } from '../../../otel-processor/test/processor-process.ts';
import { freePort, runCollector } from './collector.ts';

const examples = resolve(import.meta.dirname, '../../../provisioning/collector');
const BUILD_MS = 900_000;
const WAIT_MS = 120_000;
/** Nobody listens there: records go on without a score. */
const NO_SCORER = ['--scoring-endpoint', 'http://127.0.0.1:9', '--scoring-timeout-ms', '100'];

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

interface Arrived {
  readonly body: string;
  readonly service: string | undefined;
  readonly severityNumber: number | undefined;
}

interface Request {
  readonly resourceLogs: readonly {
    readonly resource?: { readonly attributes?: readonly Attribute[] };
    readonly scopeLogs: readonly {
      readonly logRecords: readonly {
        readonly body?: { readonly stringValue?: string };
        readonly severityNumber?: number;
      }[];
    }[];
  }[];
}

let folder: string;
const stops: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seismo-sources-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
});

/** inline.yaml and one of the examples, with a processor behind. */
async function run(source: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const [annotated, raw, grpc, health] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const processor = await ProcessorProcess.start(['--forward-url', `http://127.0.0.1:${annotated}`, ...NO_SCORER]);
  stops.push(() => processor.stop('SIGKILL'));
  const collector = await runCollector([join(examples, 'inline.yaml'), join(examples, 'sources', source)], {
    SEISMO_HEALTH_ENDPOINT: `127.0.0.1:${health}`,
    SEISMO_STORAGE: join(folder, 'storage'),
    SEISMO_RAW_HTTP: `127.0.0.1:${raw}`,
    SEISMO_RAW_GRPC: `127.0.0.1:${grpc}`,
    SEISMO_ANNOTATED_HTTP: `127.0.0.1:${annotated}`,
    SEISMO_PROCESSOR: processor.httpUrl,
    SEISMO_LOGS: join(folder, 'nothing-here'),
    SEISMO_OUT: join(folder, 'out.jsonl'),
    ...environment,
  });
  stops.push(() => collector.stop());
}

function arrived(): Arrived[] {
  const file = join(folder, 'out.jsonl');
  if (!existsSync(file)) return [];
  // The last line may be half written.
  const requests = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return requests.flatMap((line) =>
    (JSON.parse(line) as Request).resourceLogs.flatMap(({ resource, scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) =>
        logRecords.map(({ body, severityNumber }) => ({
          body: body?.stringValue ?? '',
          service: resource?.attributes?.find(({ key }) => key === 'service.name')?.value.stringValue,
          severityNumber,
        })),
      ),
    ),
  );
}

/** Waits until as many records have come, and a little longer for what must not come. */
async function allOf(count: number): Promise<Arrived[]> {
  const end = Date.now() + WAIT_MS;
  while (arrived().length < count && Date.now() < end) await sleep(200);
  await sleep(2000);
  return arrived();
}

describe('the example for', () => {
  it('files: every line arrives once while the file is rotated and packed', { timeout: BUILD_MS }, async (context) => {
    context.skip(go === undefined, NO_GO);
    const logs = join(folder, 'app');
    mkdirSync(logs);
    const file = (ending = ''): string => join(logs, `app.log${ending}`);
    const written: string[] = [];
    const write = (count: number): void => {
      const lines = Array.from({ length: count }, () => {
        const n = String(written.length).padStart(6, '0');
        const line = `2026-01-02 03:04:05 INFO order ${n} placed`;
        // A stack trace belongs to its message.
        written.push(written.length % 50 === 0 ? `${line}\n    at checkout (cart.ts:${written.length})` : line);
        return written[written.length - 1];
      });
      appendFileSync(file(), `${lines.join('\n')}\n`);
    };
    write(500);
    await run('files.yaml', { SEISMO_ROTATED_LOGS: `${logs}/*.log*` });
    for (let rotation = 1; rotation <= 4; rotation++) {
      for (let i = 0; i < 5; i++) {
        write(100);
        await sleep(60);
      }
      // As logrotate does with `delaycompress`: the last but one is packed.
      if (existsSync(file('.1'))) {
        writeFileSync(file(`.${rotation}.gz`), gzipSync(readFileSync(file('.1'))));
        rmSync(file('.1'));
      }
      renameSync(file(), file('.1'));
      write(50);
      await sleep(700);
    }
    const bodies = (await allOf(written.length)).map(({ body }) => body);
    expect(bodies.length).toBe(written.length);
    expect(bodies.sort()).toEqual(written.toSorted());
  });

  it(
    'syslog over TCP: every message arrives once, with its program and severity',
    { timeout: BUILD_MS },
    async (context) => {
      context.skip(go === undefined, NO_GO);
      const [tcp, udp] = await Promise.all([freePort(), freePort()]);
      await run('syslog.yaml', { SEISMO_SYSLOG_TCP: `127.0.0.1:${tcp}`, SEISMO_SYSLOG_UDP: `127.0.0.1:${udp}` });
      const messages = Array.from({ length: 2000 }, (_, i) => {
        // Facility 4 (security), severities error and info.
        const priority = 4 * 8 + (i % 10 === 0 ? 3 : 6);
        const stamp = `2026-01-02T03:04:${String(i % 60).padStart(2, '0')}Z`;
        return `<${priority}>1 ${stamp} host-1 sshd 4711 - - session ${i} opened`;
      });
      const socket = connect(tcp, '127.0.0.1');
      stops.push(async () => socket.destroy());
      // Octet counting (RFC 6587).
      for (const message of messages) socket.write(`${Buffer.byteLength(message)} ${message}`);
      const records = await allOf(messages.length);
      expect(records.length).toBe(messages.length);
      expect(new Set(records.map(({ body }) => body)).size).toBe(messages.length);
      expect(new Set(records.map(({ service }) => service))).toEqual(new Set(['sshd']));
      const errors = records.filter(({ severityNumber = 0 }) => severityNumber >= 17 && severityNumber <= 20);
      expect(errors.length).toBe(200);
    },
  );
});
