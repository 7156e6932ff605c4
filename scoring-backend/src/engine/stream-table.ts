/** The streams of an engine by identity and by dense index; beyond the cap one overflow stream per tenant. */
import type { StreamIdentity } from './stream-identity.ts';
import type { EngineSettings } from './settings.ts';
import type { StreamState } from './stream-state.ts';

export class StreamTable {
  readonly states: StreamState[] = [];
  /** Indexes of overflow streams. */
  readonly overflowed = new Set<number>();
  readonly #byKey = new Map<string, number>();
  readonly #maxStreams: number;
  readonly #create: (identity: StreamIdentity) => StreamState;

  constructor(settings: EngineSettings, create: (identity: StreamIdentity) => StreamState) {
    this.#maxStreams = settings.maxStreams;
    this.#create = create;
  }

  index(identity: StreamIdentity): number {
    const { tenant, namespace, service, environment } = identity;
    const known = this.#byKey.get(keyOf(identity));
    if (known !== undefined) return known;
    if (this.states.length - this.overflowed.size < this.#maxStreams)
      return this.add({ tenant, namespace, service, environment }, false);
    const overflow = this.#byKey.get(keyOf(overflowOf(tenant)));
    if (overflow !== undefined) return overflow;
    // Tenants come from outside as well: the last overflow stream is everybody's.
    const last = this.overflowed.size >= MOST_OVERFLOW_STREAMS - 1;
    const everybody = last ? this.#byKey.get(keyOf(overflowOf(''))) : undefined;
    return everybody ?? this.add(overflowOf(last ? '' : tenant), true);
  }

  add(identity: StreamIdentity, overflow: boolean): number {
    const index = this.states.push(this.#create(identity)) - 1;
    this.#byKey.set(keyOf(identity), index);
    if (overflow) this.overflowed.add(index);
    return index;
  }
}

function overflowOf(tenant: string): StreamIdentity {
  return { tenant, namespace: '', service: OVERFLOW_SERVICE, environment: '' };
}

function keyOf({ tenant, namespace, service, environment }: StreamIdentity): string {
  return `${tenant}\u0000${namespace}\u0000${service}\u0000${environment}`;
}

/** The service name of overflow streams. */
const OVERFLOW_SERVICE = '(streams beyond the limit)';
const MOST_OVERFLOW_STREAMS = 100;
