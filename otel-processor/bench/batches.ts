/**
 * OTLP requests to measure with: real log messages with fresh parameter values in every record, so that no cache sees
 * one batch over and over. About 290 bytes a record, 14 resource attributes, 3 to 6 record attributes, 30 % with trace ids.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageWriter } from '../src/otlp/message-writer.ts';
import { referenceData } from '../test/needs.ts';

export interface Batch {
  /** ExportLogsServiceRequest in protobuf. */
  readonly bytes: Uint8Array;
  readonly records: number;
}

export interface BatchOptions {
  /** How many batches. Default: as many as make 300,000 records. */
  readonly count?: number;
  readonly records: number;
  /** Resources per batch; the records are shared among them. Default: one for 250 records. */
  readonly resources?: number;
  readonly seed?: number;
}

/** One kind of service: the messages it writes and what stands before them when its log comes from a file. */
interface System {
  readonly name: string;
  readonly lines: readonly string[];
}

const SYSTEMS =
  'Android Apache BGL HDFS HPC Hadoop HealthApp Linux Mac OpenSSH OpenStack Proxifier Spark Thunderbird Windows Zookeeper';
const PODS = 48;
const SEVERITIES = [5, 9, 9, 9, 9, 9, 9, 9, 13, 17];
const SEVERITY_TEXTS: Readonly<Record<number, string>> = { 5: 'DEBUG', 9: 'INFO', 13: 'WARN', 17: 'ERROR' };

/** Batches that are the same for the same options. */
export function makeBatches(options: BatchOptions): Batch[] {
  const { records, seed = 1 } = options;
  const random = randomNumbers(seed);
  const systems = referenceData === undefined ? syntheticSystems() : realSystems(referenceData);
  const pods = Array.from({ length: PODS }, (_, i) => makePod(systems[i % systems.length], i, random));
  const resources = options.resources ?? Math.max(1, Math.round(records / 250));
  const count = options.count ?? Math.ceil(300_000 / records);
  let timeNs = 1_763_700_000_000_000_000n;
  return Array.from({ length: count }, (_, b) => {
    const writer = new MessageWriter(records * 300);
    for (let r = 0; r < resources; r++) {
      const pod = pods[(b * resources + r) % PODS];
      const share = Math.floor((records * (r + 1)) / resources) - Math.floor((records * r) / resources);
      writer.message(1, (resource) => {
        resource.message(1, (message) => pod.attributes.forEach(([key, value]) => attribute(message, 1, key, value)));
        resource.message(2, (scope) => {
          scope.message(1, (library) => (library.text(1, 'otelcol/filelog'), library.text(2, '0.158.0')));
          for (let i = 0; i < share; i++) {
            timeNs += BigInt(1000 + Math.floor(random() * 2e6));
            writeRecord(scope, pod, timeNs, random);
          }
        });
        resource.text(3, 'https://opentelemetry.io/schemas/1.44.0');
      });
    }
    return { bytes: writer.finish().slice(), records };
  });
}

interface Pod {
  readonly system: System;
  readonly attributes: readonly (readonly [string, string])[];
  next: number;
}

function makePod(system: System, index: number, random: () => number): Pod {
  const name = system.name.toLowerCase();
  const pod = `${name}-${hex(random, 10)}-${hex(random, 5)}`;
  const attributes: [string, string][] = [
    ['service.name', `${name}-svc`],
    ['service.namespace', 'shop'],
    ['service.version', `1.${index}.3`],
    ['service.instance.id', uuid(random)],
    ['k8s.cluster.name', 'prod-eu-1'],
    ['k8s.namespace.name', 'shop-prod'],
    ['k8s.pod.name', pod],
    ['k8s.pod.uid', uuid(random)],
    ['k8s.container.name', name],
    ['k8s.container.restart_count', '0'],
    ['k8s.deployment.name', name],
    ['k8s.node.name', `ip-10-0-${index}-${index * 5}.eu-west-1.compute.internal`],
    ['deployment.environment.name', 'production'],
    ['host.name', pod],
  ];
  return { system, attributes, next: Math.floor(random() * system.lines.length) };
}

function writeRecord(scope: MessageWriter, pod: Pod, timeNs: bigint, random: () => number): void {
  const severity = SEVERITIES[Math.floor(random() * SEVERITIES.length)];
  const body = freshValues(pod.system.lines[pod.next++ % pod.system.lines.length], random);
  const extras = Math.floor(random() * 4);
  scope.message(2, (record) => {
    record.fixed64(1, timeNs);
    record.varint(2, severity);
    record.text(3, SEVERITY_TEXTS[severity]);
    record.message(5, (value) => value.text(1, body));
    attribute(record, 6, 'log.iostream', random() < 0.8 ? 'stdout' : 'stderr');
    attribute(record, 6, 'log.file.name', `${pod.attributes[6][1]}.log`);
    attribute(record, 6, 'thread.name', `worker-${Math.floor(random() * 64)}`);
    if (extras > 0) attribute(record, 6, 'process.pid', Math.floor(random() * 65536));
    if (extras > 1) attribute(record, 6, 'code.function.name', `${pod.system.name}.handle${hex(random, 1)}`);
    if (extras > 2) attribute(record, 6, 'http.request.method', random() < 0.5 ? 'GET' : 'POST');
    if (random() < 0.3) {
      record.fixed32(8, 1);
      record.bytes(9, Buffer.from(hex(random, 32), 'hex'));
      record.bytes(10, Buffer.from(hex(random, 16), 'hex'));
    }
    record.fixed64(11, timeNs + 123_456n);
  });
}

function attribute(writer: MessageWriter, field: number, key: string, value: string | number): void {
  writer.message(field, (pair) => {
    pair.text(1, key);
    pair.message(2, (any) => (typeof value === 'string' ? any.text(1, value) : any.varint(3, value)));
  });
}

/** The line with new digits in every number of two digits or more. */
function freshValues(line: string, random: () => number): string {
  return line.replace(/\d{2,}/g, (digits) => {
    let fresh = '';
    for (let i = 0; i < digits.length; i++) fresh += Math.floor(random() * 10);
    return fresh;
  });
}

/** Half of the systems send the message alone, as an SDK does, half the raw line, as a file receiver does. */
function realSystems(folder: string): System[] {
  return SYSTEMS.split(' ').map((name, i) => {
    const base = join(folder, 'loghub-2k', name, `${name}_2k.log`);
    const text = readFileSync(i % 2 === 0 ? `${base}_structured.csv` : base, 'utf8');
    const lines = i % 2 === 0 ? csvColumn(text, 'Content') : text.split(/\r?\n/);
    return { name, lines: lines.filter((line) => line !== '') };
  });
}

function syntheticSystems(): System[] {
  const verbs = ['opened', 'closed', 'rejected', 'accepted', 'retried', 'finished'];
  const things = ['connection', 'order', 'block', 'session', 'payment', 'request'];
  const lines = verbs.flatMap((verb) =>
    things.map(
      (thing) => `${thing} 4711 ${verb} for user 1234567 from 10.20.30.40 after 250 ms, queue length 12 of 5000`,
    ),
  );
  return Array.from({ length: 16 }, (_, i) => ({
    name: `system${i}`,
    lines: lines.map((line) => `${line} part ${i + 10}`),
  }));
}

/** One column of a CSV with quoted fields (RFC 4180). */
export function csvColumn(text: string, column: string): string[] {
  const values: string[] = [];
  let index = -1;
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endRow = (): void => {
    row.push(field);
    field = '';
    if (index < 0) index = row.indexOf(column);
    else if (row.length > index) values.push(row[index]);
    row = [];
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[i + 1] === '"') field += text[++i];
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') {
      row.push(field);
      field = '';
    } else if (char === '\n') endRow();
    else if (char !== '\r') field += char;
  }
  if (field !== '' || row.length > 0) endRow();
  return values;
}

/** mulberry32: numbers in [0, 1), the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function hex(random: () => number, digits: number): string {
  let text = '';
  for (let i = 0; i < digits; i++) text += '0123456789abcdef'[Math.floor(random() * 16)];
  return text;
}

function uuid(random: () => number): string {
  return `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`;
}
