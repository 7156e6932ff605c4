/**
 * The streams of lines, found by the bytes that name them. What was found is remembered at one of a fixed number of
 * places; another stream at the same place takes it over, and the first is looked up again when it comes.
 */
import type { Streams } from '../line-reader.ts';
import type { TextRange } from './json-line.ts';
import type { LineBytes } from './line-bytes.ts';

const PLACES = 1024;

interface KnownStream {
  readonly service: Uint8Array;
  readonly namespace: Uint8Array;
  readonly environment: Uint8Array;
  readonly stream: number;
}

export class LineStreams {
  readonly #text: LineBytes;
  readonly #streams: Streams;
  /** The service of lines that name none. */
  readonly #service: string;
  readonly #known = Array.from<KnownStream | undefined>({ length: PLACES });

  /** @param text what the ranges lie in */
  constructor(text: LineBytes, streams: Streams, service: string) {
    this.#text = text;
    this.#streams = streams;
    this.#service = service;
  }

  find(service: TextRange, namespace: TextRange, environment: TextRange): number {
    const { bytes } = this.#text;
    const place = hashOf(bytes, environment, hashOf(bytes, namespace, hashOf(bytes, service, 0))) & (PLACES - 1);
    const known = this.#known[place];
    if (
      known !== undefined &&
      isSame(bytes, service, known.service) &&
      isSame(bytes, namespace, known.namespace) &&
      isSame(bytes, environment, known.environment)
    )
      return known.stream;
    const [named, within, deployed] = [service, namespace, environment].map(({ start, end }) =>
      bytes.slice(start, end),
    );
    const stream = this.#streams.stream({
      tenant: '',
      service: named.length === 0 ? this.#service : decoded(named),
      namespace: decoded(within),
      environment: decoded(deployed),
    });
    this.#known[place] = { service: named, namespace: within, environment: deployed, stream };
    return stream;
  }
}

function decoded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

function hashOf(bytes: Uint8Array, { start, end }: TextRange, seed: number): number {
  let hash = seed;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0;
  return hash;
}

function isSame(bytes: Uint8Array, { start, end }: TextRange, known: Uint8Array): boolean {
  if (end - start !== known.length) return false;
  for (let i = 0; i < known.length; i++) if (bytes[start + i] !== known[i]) return false;
  return true;
}
