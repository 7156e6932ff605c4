/**
 * Enriches a request: what resources lack (service map, environment), and what is known of the address that a record
 * speaks of (GeoIP, reputation). It comes before redaction, so it sees the real address. Only adds attributes: what a
 * resource or record says itself stays, geo.* of an earlier processor included.
 */
import { StartError } from '../errors.ts';
import type { LogsColumns } from '../otlp/columns.ts';
import type { RequestEdits } from '../otlp/request-edits.ts';
import type { Logger } from '../telemetry.ts';
import { type AttributeValue, writeAttribute } from './attribute-writer.ts';
import { GeoIp } from './geoip.ts';
import { IpReputation } from './ip-reputation.ts';
import { publicAddressIn, RecordAddress } from './record-address.ts';
import { ResourceEnricher } from './resource-enricher.ts';
import { FILE_ATTRIBUTES, SERVICE_NAME, SERVICE_OWNER, ServiceMap, type ServiceRule } from './service-map.ts';
import { textAttributes } from './text-attributes.ts';
import { WatchedFile } from './watched-file.ts';

export interface EnricherOptions {
  readonly environment?: string | undefined;
  readonly services: readonly ServiceRule[];
  readonly addressAttributes: readonly string[];
  readonly addressInBody: boolean;
  readonly geoipFile?: string | undefined;
  readonly reputationFile?: string | undefined;
  /** Interval at which the files are looked at, ms. */
  readonly reloadMs: number;
}

/** No convention has a name for it. */
export const REPUTATION = 'seismo.ip.reputation';
/** Addresses whose attributes are kept, and files; past it all are forgotten. */
const MAX_KEPT = 65_536;
const RECORD_ATTRIBUTES = 6;
const STRING = 1;
/** Where a record says that somebody looked its address up before: `geo.`. */
const GEO = Buffer.from('geo.');

type Attributes = readonly (readonly [string, AttributeValue])[];

export class Enricher {
  readonly #addressInBody: boolean;
  readonly #resources: ResourceEnricher;
  readonly #files: ServiceMap | undefined;
  readonly #address: RecordAddress;
  readonly #geoip: WatchedFile<GeoIp> | undefined;
  readonly #reputation: WatchedFile<IpReputation> | undefined;
  #known: { geoip: GeoIp | undefined; reputation: IpReputation | undefined; of: Map<string, Attributes> };
  readonly #servicesOfFiles = new Map<string, Attributes>();

  /** @throws StartError when a file cannot be read or is none of its kind */
  constructor(options: EnricherOptions, log: Logger) {
    const { geoipFile, reputationFile, reloadMs, services } = options;
    this.#addressInBody = options.addressInBody;
    this.#resources = new ResourceEnricher(new ServiceMap(services), options.environment);
    const ofFiles = services.filter(({ attribute }) => FILE_ATTRIBUTES.includes(attribute));
    this.#files = ofFiles.length === 0 ? undefined : new ServiceMap(ofFiles);
    this.#address = new RecordAddress(options.addressAttributes);
    this.#geoip = open('enrich.geoipFile', geoipFile, reloadMs, (content) => new GeoIp(content), log);
    const listOf = (content: Buffer): IpReputation => new IpReputation(content.toString('utf8'));
    this.#reputation = open('enrich.reputationFile', reputationFile, reloadMs, listOf, log);
    this.#known = { geoip: this.#geoip?.value, reputation: this.#reputation?.value, of: new Map() };
  }

  /** Puts what is to be added to a request into `edits`. @param columns The request as `decodeLogs` read it. */
  enrich(bytes: Uint8Array, columns: LogsColumns, edits: RequestEdits): void {
    this.#resources.enrich(bytes, columns, edits);
    const byAddress = this.#geoip !== undefined || this.#reputation !== undefined;
    if (!byAddress && this.#files === undefined) return;
    for (let i = 0; i < columns.records; i++) {
      const mark = edits.out.length;
      if (this.#files !== undefined) this.#addService(bytes, columns, i, this.#files, edits);
      if (byAddress) this.#addPlace(bytes, columns, i, edits);
      if (edits.out.length > mark) edits.addToRecord(i, mark);
    }
  }

  close(): void {
    this.#geoip?.close();
    this.#reputation?.close();
  }

  #addService(bytes: Uint8Array, columns: LogsColumns, i: number, files: ServiceMap, edits: RequestEdits): void {
    const { recordStart, recordEnd } = columns;
    const attributes = textAttributes(bytes, recordStart[i], recordEnd[i], RECORD_ATTRIBUTES, FILE_KEYS);
    if (attributes.size === 0 || attributes.has(SERVICE_NAME)) return;
    const key = FILE_ATTRIBUTES.map((name) => attributes.get(name) ?? '').join('\n');
    let added = this.#servicesOfFiles.get(key);
    if (added === undefined) {
      if (this.#servicesOfFiles.size >= MAX_KEPT) this.#servicesOfFiles.clear();
      // Namespace and environment are the resource's.
      added = [...files.lookUp(attributes)].filter(([name]) => name === SERVICE_NAME || name === SERVICE_OWNER);
      this.#servicesOfFiles.set(key, added);
    }
    for (const [name, value] of added) writeAttribute(edits.out, RECORD_ATTRIBUTES, name, value);
  }

  #addPlace(bytes: Uint8Array, columns: LogsColumns, i: number, edits: RequestEdits): void {
    const start = columns.recordStart[i];
    const end = columns.recordEnd[i];
    let address = this.#address.inAttributes(bytes, start, end);
    if (address === undefined && this.#addressInBody && columns.bodyKind[i] === STRING)
      address = publicAddressIn(bytes, columns.bodyStart[i], columns.bodyEnd[i]);
    if (address === undefined) return;
    const known = this.#attributesOf(address);
    if (known.length === 0) return;
    const whole = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    const placed = whole.includes(GEO);
    for (const [name, value] of known)
      if (!placed || name === REPUTATION) writeAttribute(edits.out, RECORD_ATTRIBUTES, name, value);
  }

  /** Looked up once per address, and again when a file has changed. */
  #attributesOf(address: string): Attributes {
    const geoip = this.#geoip?.value;
    const reputation = this.#reputation?.value;
    if (this.#known.geoip !== geoip || this.#known.reputation !== reputation)
      this.#known = { geoip, reputation, of: new Map() };
    const kept = this.#known.of.get(address);
    if (kept !== undefined) return kept;
    const word = reputation?.of(address);
    const attributes: Attributes = [
      ...(geoip?.of(address) ?? []),
      ...(word === undefined ? [] : [[REPUTATION, word] as const]),
    ];
    if (this.#known.of.size >= MAX_KEPT) this.#known.of.clear();
    this.#known.of.set(address, attributes);
    return attributes;
  }
}

const FILE_KEYS: ReadonlySet<string> = new Set([...FILE_ATTRIBUTES, SERVICE_NAME]);

function open<T>(
  setting: string,
  path: string | undefined,
  everyMs: number,
  read: (content: Buffer) => T,
  log: Logger,
): WatchedFile<T> | undefined {
  if (path === undefined) return undefined;
  try {
    return new WatchedFile(path, everyMs, read, log);
  } catch (cause) {
    throw new StartError(`${setting} ${path} cannot be used: ${(cause as Error).message}`, { cause });
  }
}
