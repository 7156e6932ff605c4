/**
 * Keeps records from going round in circles. Three nets: a next hop that is one of our own listeners is refused at
 * start; a request that passed too many processors (header x-seismo-hops) is refused for good; a record that already
 * carries our mark passes unscored (decode.ts finds it, pipeline.ts counts it).
 */
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { StartError } from './errors.ts';
import type { LogsColumns } from './otlp/columns.ts';
import { HOPS_HEADER } from './otlp/logs-request.ts';

/** A door of ours, as bound. */
export interface Listener {
  /** IP address; 0.0.0.0 and :: are all of this machine. */
  readonly address: string;
  readonly port: number;
  /** The setting that moves it: "otlpHttpPort". */
  readonly setting: string;
}

/**
 * @throws StartError when `forwardUrl` leads to one of `listeners`. A host name that cannot be resolved now passes: the
 *   hop count stops a loop that appears later.
 */
export async function refuseOwnListener(forwardUrl: URL, listeners: readonly Listener[]): Promise<void> {
  const port = Number(forwardUrl.port) || (forwardUrl.protocol === 'https:' ? 443 : 80);
  const candidates = listeners.filter((listener) => listener.port === port);
  if (candidates.length === 0) return;
  const host = forwardUrl.hostname.replace(/^\[|\]$/g, '');
  const addresses = await lookup(host, { all: true }).catch(() => []);
  const ours = ownAddresses();
  for (const listener of candidates)
    for (const { address } of addresses)
      if (leadsTo(address, listener.address, ours))
        throw new StartError(
          `forward.url ${forwardUrl.origin} is the processor's own listener (${listener.setting} ${listener.port}): ` +
            `records would go round in circles. Give the next hop, or move this listener with ${listener.setting}`,
        );
}

/** Why a request with this hop count is refused; undefined when it may pass. */
export function tooManyHops(hops: number, maxHops: number): string | undefined {
  if (hops <= maxHops) return undefined;
  return (
    `${HOPS_HEADER} is ${hops}, more than ${maxHops}: the records go round in circles between processors. ` +
    'Send annotated records to a receiver and pipeline of their own, or raise forward.maxHops'
  );
}

/** How many records already carry our mark. */
export function markedRecords(columns: LogsColumns): number {
  let marked = 0;
  for (let i = 0; i < columns.records; i++) marked += columns.marked[i];
  return marked;
}

function leadsTo(target: string, bound: string, ours: ReadonlySet<string>): boolean {
  if (isAny(target) || isLoopback(target)) return isAny(bound) || isLoopback(bound);
  return target === bound || (isAny(bound) && ours.has(target));
}

function isAny(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

function ownAddresses(): ReadonlySet<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)));
}
