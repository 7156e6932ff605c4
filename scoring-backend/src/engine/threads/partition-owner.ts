/** Which engine a stream belongs to: a hash of its identity, so that it is the same one after every restart. */
import type { StreamIdentity } from '../stream-identity.ts';

/** The owner of a stream among `partitions` engines. */
export function ownerOf({ tenant, namespace, service, environment }: StreamIdentity, partitions: number): number {
  if (partitions === 1) return 0;
  // FNV-1a over UTF-16 units; the separator keeps ("a", "bc") apart from ("ab", "c").
  const text = `${tenant}\0${namespace}\0${service}\0${environment}`;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // The low bits of FNV-1a are weak for small divisors.
  hash ^= hash >>> 15;
  return (hash >>> 0) % partitions;
}

/** Streams as one of several engines sees them: -1 for those of the others. */
export function ownedStreams(
  engine: { stream(identity: StreamIdentity): number },
  partition: number,
  partitions: number,
): { stream(identity: StreamIdentity): number } {
  if (partitions === 1) return engine;
  return { stream: (identity) => (ownerOf(identity, partitions) === partition ? engine.stream(identity) : -1) };
}
