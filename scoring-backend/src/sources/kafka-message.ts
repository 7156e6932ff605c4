/** A message of a topic as a request: OTLP in protobuf or JSON by its content type, the tenant by its header. Pure. */
import { jsonToProtobuf } from '@seismo/otel-processor/otlp/json';
import { tenantOf } from '@seismo/otel-processor/otlp/logs-request';
import { MalformedRequest } from '@seismo/otel-processor/otlp/request-errors';

export interface KafkaMessage {
  readonly value: Buffer | undefined;
  readonly headers: ReadonlyMap<Buffer, Buffer>;
}

const TENANT = 'x-scope-orgid';
const CONTENT_TYPE = 'content-type';

/**
 * Without a content type it is protobuf, as the Collector's exporter writes it (`otlp_proto`).
 * @throws MalformedRequest for what is no OTLP; whether protobuf is any is found out by whoever decodes it
 */
export function requestOf({ value, headers }: KafkaMessage): { bytes: Uint8Array; tenant: string } {
  if (value === undefined || value.length === 0) throw new MalformedRequest('the message is empty');
  let tenant = '';
  let type = 'application/x-protobuf';
  for (const [name, content] of headers) {
    const header = name.toString('latin1').toLowerCase();
    if (header === TENANT) tenant = tenantOf(TENANT, content.toString('latin1'));
    else if (header === CONTENT_TYPE) type = content.toString('latin1');
  }
  if (type === 'application/json') return { bytes: jsonToProtobuf(value), tenant };
  if (type !== 'application/x-protobuf')
    throw new MalformedRequest(`expected content-type application/x-protobuf or application/json, got ${type}`);
  return { bytes: value, tenant };
}
