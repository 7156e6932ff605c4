/**
 * Log lines in the common JSON schema, brought into OTLP so that they take the same way as all others.
 * Lines of one service and source share a resource, in the order in which they first came.
 */
import { MessageWriter } from '@seismo/otel-processor/otlp/message-writer';

/** A line as the API has checked it. */
export interface CommonLogLine {
  /** ms since the epoch. */
  readonly timestamp?: number | undefined;
  /** A host or a file. */
  readonly source?: string | undefined;
  readonly service?: string | undefined;
  /** A word, or a SeverityNumber. */
  readonly severity?: string | number | undefined;
  readonly message: string;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * An ExportLogsServiceRequest in protobuf.
 * @param nowMs when the lines came, for those that do not say when they were written
 */
export function linesToOtlp(lines: readonly CommonLogLine[], nowMs: number): Uint8Array {
  const groups = new Map<string, CommonLogLine[]>();
  for (const line of lines) {
    const { environment, namespace } = streamMetadata(line);
    const key = JSON.stringify([line.service, line.source, environment, namespace]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  const request = new MessageWriter(lines.length * 256);
  for (const group of groups.values())
    request.message(1, (resourceLogs) => {
      resourceLogs.message(1, (resource) => writeResource(resource, group[0]));
      resourceLogs.message(2, (scopeLogs) => {
        for (const line of group) scopeLogs.message(2, (record) => writeRecord(record, line, nowMs));
      });
    });
  return request.finish();
}

/** Metadata that says which stream a line belongs to is an attribute of the resource, the rest of the record. */
function streamMetadata({ metadata }: CommonLogLine): { environment: string; namespace: string } {
  const text = (name: string): string => (typeof metadata?.[name] === 'string' ? metadata[name] : '');
  return { environment: text('environment'), namespace: text('namespace') };
}

function writeResource(resource: MessageWriter, line: CommonLogLine): void {
  const { environment, namespace } = streamMetadata(line);
  const attributes = {
    'service.name': line.service,
    'host.name': line.source,
    'deployment.environment.name': environment,
    'service.namespace': namespace,
  };
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== '') resource.message(1, (pair) => writeAttribute(pair, name, value));
}

function writeRecord(record: MessageWriter, line: CommonLogLine, nowMs: number): void {
  if (line.timestamp !== undefined) record.fixed64(1, nanos(line.timestamp));
  if (typeof line.severity === 'number') record.varint(2, line.severity);
  else if (line.severity !== undefined) record.text(3, line.severity);
  record.message(5, (body) => body.text(1, line.message));
  for (const [name, value] of Object.entries(line.metadata ?? {})) {
    if (name === 'environment' || name === 'namespace' || name === 'trace_id' || name === 'span_id') continue;
    record.message(6, (pair) => writeAttribute(pair, name, value));
  }
  writeId(record, 9, line.metadata?.trace_id, 16);
  writeId(record, 10, line.metadata?.span_id, 8);
  record.fixed64(11, nanos(nowMs));
}

function writeAttribute(pair: MessageWriter, name: string, value: unknown): void {
  pair.text(1, name);
  pair.message(2, (any) => {
    if (typeof value === 'string') any.text(1, value);
    else if (typeof value === 'boolean') any.varint(2, value ? 1 : 0);
    else if (typeof value === 'number') any.double(4, value);
    else any.text(1, JSON.stringify(value) ?? '');
  });
}

/** An id in hex; what is not one is left out, as OTLP takes a wrong id for none. */
function writeId(record: MessageWriter, field: number, value: unknown, bytes: number): void {
  if (typeof value !== 'string' || value.length !== bytes * 2 || !/^[0-9a-f]+$/i.test(value)) return;
  record.bytes(field, Buffer.from(value, 'hex'));
}

function nanos(ms: number): bigint {
  return BigInt(Math.max(0, ms)) * 1_000_000n;
}
