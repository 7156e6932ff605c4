/**
 * The messages of an OTLP logs request as tables: name in JSON, number on the wire, kind of value.
 * Source: opentelemetry-proto 1.11, collector/logs/v1, logs/v1, resource/v1, common/v1.
 */

/** How a value is written in JSON and on the wire. `hex` and `base64` are bytes, `enum` an int32 that JSON gives as a number only. */
export type Scalar =
  'string' | 'bool' | 'int64' | 'double' | 'fixed64' | 'fixed32' | 'uint32' | 'enum' | 'hex' | 'base64';

export interface Field {
  readonly json: string;
  readonly number: number;
  readonly type: Scalar | Message;
  readonly repeated?: boolean;
}

export interface Message {
  readonly fields: readonly Field[];
  /** True for AnyValue, whose fields are alternatives: a default value is a value. */
  readonly alternatives?: boolean;
}

const field = (json: string, number: number, type: Scalar | Message): Field => ({ json, number, type });
const list = (json: string, number: number, type: Scalar | Message): Field => ({ json, number, type, repeated: true });

const anyValueFields: Field[] = [];
const ANY_VALUE: Message = { fields: anyValueFields, alternatives: true };
const KEY_VALUE: Message = { fields: [field('key', 1, 'string'), field('value', 2, ANY_VALUE)] };
anyValueFields.push(
  field('stringValue', 1, 'string'),
  field('boolValue', 2, 'bool'),
  field('intValue', 3, 'int64'),
  field('doubleValue', 4, 'double'),
  field('arrayValue', 5, { fields: [list('values', 1, ANY_VALUE)] }),
  field('kvlistValue', 6, { fields: [list('values', 1, KEY_VALUE)] }),
  field('bytesValue', 7, 'base64'),
);

const LOG_RECORD: Message = {
  fields: [
    field('timeUnixNano', 1, 'fixed64'),
    field('severityNumber', 2, 'enum'),
    field('severityText', 3, 'string'),
    field('body', 5, ANY_VALUE),
    list('attributes', 6, KEY_VALUE),
    field('droppedAttributesCount', 7, 'uint32'),
    field('flags', 8, 'fixed32'),
    field('traceId', 9, 'hex'),
    field('spanId', 10, 'hex'),
    field('observedTimeUnixNano', 11, 'fixed64'),
    field('eventName', 12, 'string'),
  ],
};

const SCOPE: Message = {
  fields: [
    field('name', 1, 'string'),
    field('version', 2, 'string'),
    list('attributes', 3, KEY_VALUE),
    field('droppedAttributesCount', 4, 'uint32'),
  ],
};

const ENTITY_REF: Message = {
  fields: [
    field('schemaUrl', 1, 'string'),
    field('type', 2, 'string'),
    list('idKeys', 3, 'string'),
    list('descriptionKeys', 4, 'string'),
  ],
};

const RESOURCE: Message = {
  fields: [
    list('attributes', 1, KEY_VALUE),
    field('droppedAttributesCount', 2, 'uint32'),
    list('entityRefs', 3, ENTITY_REF),
  ],
};

const SCOPE_LOGS: Message = {
  fields: [field('scope', 1, SCOPE), list('logRecords', 2, LOG_RECORD), field('schemaUrl', 3, 'string')],
};

const RESOURCE_LOGS: Message = {
  fields: [field('resource', 1, RESOURCE), list('scopeLogs', 2, SCOPE_LOGS), field('schemaUrl', 3, 'string')],
};

export const EXPORT_LOGS_SERVICE_REQUEST: Message = { fields: [list('resourceLogs', 1, RESOURCE_LOGS)] };
