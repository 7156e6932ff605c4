/**
 * Finds the streams of records: once per resource, by the resource's bytes, and per record only where the name of a log
 * file decides.
 */
import { identityOf, serviceOfFile, type ServiceIdentity } from '@seismo/otel-processor/normalise/service';
import { LineFormatReader } from '@seismo/otel-processor/normalise/line-format';
import { TimestampReader } from '@seismo/otel-processor/normalise/timestamp';
import type { StreamIdentity } from '../engine/stream-identity.ts';
import type { StreamClock } from './event-time.ts';

/** Resources remembered, and files of one resource; past it the oldest is forgotten and found again when it comes. */
const MAX_RESOURCES = 4096;
const MAX_FILES = 1024;

interface Resource {
  readonly tenant: string;
  readonly identity: ServiceIdentity;
  /** Stream of records without a file name; asked for when the first of them comes. */
  stream: number | undefined;
  readonly files: Map<string, number>;
}

export class StreamDirectory {
  readonly streams: { stream(identity: StreamIdentity): number };
  readonly #resources = new Map<string, Resource>();
  readonly #clocks: (StreamClock | undefined)[] = [];
  #current: Resource | undefined;
  /** The file of the last record, which is mostly that of the next. */
  #fileName: Uint8Array = new Uint8Array(0);
  #fileStream = -1;

  constructor(streams: { stream(identity: StreamIdentity): number }) {
    this.streams = streams;
  }

  /** Steps into the Resource message `bytes[start, end)`; `start = -1` when there is none. */
  enter(bytes: Uint8Array, tenant: string, start: number, end: number): void {
    const text = start < 0 ? '' : Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    const key = `${tenant}\n${text}`;
    let resource = this.#resources.get(key);
    if (resource === undefined) {
      resource = { tenant, identity: identityOf(bytes, start, end), stream: undefined, files: new Map() };
      forgetOldest(this.#resources, MAX_RESOURCES);
      this.#resources.set(key, resource);
    }
    this.#current = resource;
    this.#fileName = new Uint8Array(0);
  }

  /** `service.version` of the current resource, '' for none. */
  get version(): string {
    return this.#current?.identity.version ?? '';
  }

  /** The stream of a record of the current resource; its file name is `bytes[fileStart, fileEnd)`, -1 when it has none. */
  streamOf(bytes: Uint8Array, fileStart: number, fileEnd: number): number {
    const resource = this.#current;
    if (resource === undefined) return -1;
    if (!resource.identity.perFile || fileEnd <= fileStart)
      return (resource.stream ??= this.#streamOf(resource.tenant, resource.identity, resource.identity.service));
    if (isSame(bytes, fileStart, fileEnd, this.#fileName)) return this.#fileStream;
    this.#fileName = bytes.slice(fileStart, fileEnd);
    const name = new TextDecoder().decode(this.#fileName);
    let stream = resource.files.get(name);
    if (stream === undefined) {
      stream = this.#streamOf(resource.tenant, resource.identity, serviceOfFile(name));
      forgetOldest(resource.files, MAX_FILES);
      resource.files.set(name, stream);
    }
    this.#fileStream = stream;
    return stream;
  }

  /** The stream of a record of the current resource that names its service itself, `bytes[start, end)`. */
  streamOfService(bytes: Uint8Array, start: number, end: number): number {
    const resource = this.#current;
    if (resource === undefined) return -1;
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
    // File names and services are apart: no file name holds a line break.
    const key = `\n${name}`;
    let stream = resource.files.get(key);
    if (stream === undefined) {
      stream = this.#streamOf(resource.tenant, resource.identity, name);
      forgetOldest(resource.files, MAX_FILES);
      resource.files.set(key, stream);
    }
    return stream;
  }

  clockOf(stream: number): StreamClock {
    return (this.#clocks[stream] ??= { reader: new TimestampReader(), lines: new LineFormatReader(), lastMs: 0 });
  }

  #streamOf(tenant: string, { namespace, environment }: ServiceIdentity, service: string): number {
    return this.streams.stream({ tenant, namespace, service, environment });
  }
}

function isSame(bytes: Uint8Array, start: number, end: number, known: Uint8Array): boolean {
  if (end - start !== known.length) return false;
  for (let i = known.length - 1; i >= 0; i--) if (bytes[start + i] !== known[i]) return false;
  return true;
}

function forgetOldest<V>(map: Map<string, V>, most: number): void {
  if (map.size < most) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}
