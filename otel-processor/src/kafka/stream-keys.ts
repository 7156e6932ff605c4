/** The keys of Kafka messages: one per stream, so that a stream stays in one partition and in order. */
import { identityOf, serviceOfFile, type ServiceIdentity } from '../normalise/service.ts';

/** Resources remembered; past it the oldest is forgotten and read again when it comes. */
const MAX_RESOURCES = 4096;

/**
 * The key of a stream, for people and programs to read: a JSON array.
 * @example streamKey('acme', { namespace: 'shop', service: 'cart', environment: 'eu' }) // '["acme","shop","cart","eu"]'
 */
export function streamKey(
  tenant: string,
  { namespace, service, environment }: Pick<ServiceIdentity, 'namespace' | 'service' | 'environment'>,
): string {
  return JSON.stringify([tenant, namespace, service, environment]);
}

/** Who the records of a resource belong to. */
export interface ResourceStream {
  readonly identity: ServiceIdentity;
  /** Of records that do not name another service. */
  readonly key: string;
}

/** Finds the stream of a resource by its bytes, reading each resource once. */
export class StreamKeys {
  readonly #resources = new Map<string, ResourceStream>();

  /** @param start of the Resource message `bytes[start, end)`; -1 when there is none */
  of(bytes: Uint8Array, start: number, end: number, tenant: string): ResourceStream {
    const text = start < 0 ? '' : Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    const name = `${tenant}\n${text}`;
    let known = this.#resources.get(name);
    if (known === undefined) {
      const identity = identityOf(bytes, start, end);
      known = { identity, key: streamKey(tenant, identity) };
      const oldest = this.#resources.size < MAX_RESOURCES ? undefined : this.#resources.keys().next().value;
      if (oldest !== undefined) this.#resources.delete(oldest);
      this.#resources.set(name, known);
    }
    return known;
  }
}

/** The key of a record that names its service itself, or that only the name of its file tells apart. */
export function keyOfRecord(
  tenant: string,
  { identity, key }: ResourceStream,
  service: string | undefined,
  file: string | undefined,
): string {
  if (service !== undefined) return streamKey(tenant, { ...identity, service });
  if (!identity.perFile || file === undefined || file === '') return key;
  return streamKey(tenant, { ...identity, service: serviceOfFile(file) });
}
