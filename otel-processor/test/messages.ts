/** Export requests for tests, and what arrived read back: records by their body, with service and our annotation. */
import { MessageWriter } from '../src/otlp/message-writer.ts';
import { FieldReader, LENGTH } from '../src/otlp/wire.ts';

/** A request with one record per body, of the service `shop`. */
export function logsRequest(bodies: readonly string[], attributes: Readonly<Record<string, string>> = {}): Buffer {
  const request = new MessageWriter();
  request.message(1, (resourceLogs) => {
    resourceLogs.message(1, (resource) => keyValue(resource, 1, 'service.name', 'shop'));
    resourceLogs.message(2, (scopeLogs) => {
      for (const body of bodies)
        scopeLogs.message(2, (record) => {
          record.fixed64(1, 1_763_700_000_000_000_000n);
          record.varint(2, 9);
          record.message(5, (value) => value.text(1, body));
          for (const [key, value] of Object.entries(attributes)) keyValue(record, 6, key, value);
        });
    });
  });
  return Buffer.from(request.finish());
}

/** A batch of 1,000 records of about 290 bytes, as agents send them. */
export function thousandRecords(prefix: string): Buffer {
  const filler = 'GET /api/cart took 12 ms, status 200, user 4711, session 5f3a9c, upstream 10.0.0.7:8080';
  const attributes = { 'http.request.method': 'POST', 'code.function.name': 'checkout', 'thread.name': 'worker-7' };
  return logsRequest(
    Array.from({ length: 1000 }, (_, i) => `${prefix} ${i} ${filler}`),
    attributes,
  );
}

export interface ReadRecord {
  readonly body: string;
  /** Attributes with text values as text, others as ''. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** All records of a request. */
export function readRecords(request: Uint8Array): ReadRecord[] {
  return children(new FieldReader(request), 1)
    .flatMap((resourceLogs) => children(resourceLogs, 2))
    .flatMap((scopeLogs) => children(scopeLogs, 2))
    .map(readRecord);
}

function readRecord(record: FieldReader): ReadRecord {
  let body = '';
  const attributes: Record<string, string> = {};
  while (record.next()) {
    if (record.is(5, LENGTH)) body = textOf(record.message());
    if (!record.is(6, LENGTH)) continue;
    let key = '';
    let value = '';
    for (const pair = record.message(); pair.next();) {
      if (pair.is(1, LENGTH)) key = pair.text;
      if (pair.is(2, LENGTH)) value = textOf(pair.message());
    }
    attributes[key] = value;
  }
  return { body, attributes };
}

function textOf(value: FieldReader): string {
  let text = '';
  while (value.next()) if (value.is(1, LENGTH)) text = value.text;
  return text;
}

function children(reader: FieldReader, field: number): FieldReader[] {
  const found: FieldReader[] = [];
  while (reader.next()) if (reader.is(field, LENGTH)) found.push(reader.message());
  return found;
}

function keyValue(writer: MessageWriter, field: number, key: string, value: string): void {
  writer.message(field, (pair) => {
    pair.text(1, key);
    pair.message(2, (any) => any.text(1, value));
  });
}
