/** What resources lack: service, namespace, environment and owner, from the service map and the configuration. */
import type { LogsColumns } from '../otlp/columns.ts';
import type { RequestEdits } from '../otlp/request-edits.ts';
import { FieldReader, LENGTH } from '../otlp/wire.ts';
import { UNKNOWN_SERVICE } from '../normalise/service.ts';
import { writeAttribute } from './attribute-writer.ts';
import { ENVIRONMENT, SERVICE_NAME, type ServiceMap } from './service-map.ts';
import { textAttributes } from './text-attributes.ts';

/** The older name of the environment; it says it as well. */
const OLD_ENVIRONMENT = 'deployment.environment';
const RESOURCE_ATTRIBUTES = 1;
/** Resources whose additions are kept, by their bytes; past it all are forgotten. */
const MAX_KEPT = 4096;

export class ResourceEnricher {
  readonly #services: ServiceMap;
  readonly #environment: string | undefined;
  readonly #known = new Map<string, ReadonlyMap<string, string>>();

  constructor(services: ServiceMap, environment: string | undefined) {
    this.#services = services;
    this.#environment = environment;
  }

  enrich(bytes: Uint8Array, columns: LogsColumns, edits: RequestEdits): void {
    if (this.#environment === undefined && this.#services.attributes.size === 0) return;
    for (let r = 0; r < columns.resources; r++) {
      const start = columns.resourceMessageStart[r];
      const end = columns.resourceMessageEnd[r];
      const added = this.#added(bytes, start, end);
      if (added.size === 0) continue;
      const mark = edits.out.length;
      for (const [name, value] of added) writeAttribute(edits.out, RESOURCE_ATTRIBUTES, name, value);
      const atStart = columns.resourceStart[r];
      const edit =
        start < 0
          ? edits.field(atStart, atStart, atStart, r, -1)
          : edits.field(tagOf(bytes, columns, r), start, end, r, -1);
      edit.addedStart = mark;
      edit.addedEnd = edits.out.length;
    }
  }

  #added(bytes: Uint8Array, start: number, end: number): ReadonlyMap<string, string> {
    const key = start < 0 ? '' : Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const attributes = start < 0 ? new Map<string, string>() : textAttributes(bytes, start, end, RESOURCE_ATTRIBUTES);
    const added = this.#services.lookUp(attributes);
    for (const name of added.keys()) if (says(attributes, name)) added.delete(name);
    if (this.#environment !== undefined && !says(attributes, ENVIRONMENT) && !added.has(ENVIRONMENT))
      added.set(ENVIRONMENT, this.#environment);
    if (this.#known.size >= MAX_KEPT) this.#known.clear();
    this.#known.set(key, added);
    return added;
  }
}

/** SDKs without a configured name say "unknown_service:node", which says nothing. */
function says(attributes: ReadonlyMap<string, string>, name: string): boolean {
  const value = attributes.get(name) ?? (name === ENVIRONMENT ? attributes.get(OLD_ENVIRONMENT) : undefined);
  return value !== undefined && value !== '' && !(name === SERVICE_NAME && value.startsWith(UNKNOWN_SERVICE));
}

/** Where the field of a resource's Resource message begins. */
function tagOf(bytes: Uint8Array, columns: LogsColumns, r: number): number {
  const start = columns.resourceMessageStart[r];
  let tagAt = columns.resourceStart[r];
  for (const fields = new FieldReader(bytes, tagAt, columns.resourceEnd[r]); fields.next(); tagAt = fields.valueEnd)
    if (fields.valueStart === start && fields.is(1, LENGTH)) break;
  return tagAt;
}
