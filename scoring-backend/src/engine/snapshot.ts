/** An engine's state as bytes: a header with a version, then every stream. Of another version nothing is read. */
import type { StreamIdentity } from './outputs.ts';
import { StateReader, StateWriter } from './state-codec.ts';
import type { StreamTable } from './stream-table.ts';

export interface EngineNumbers {
  readonly tickMs: number;
  readonly repeated: number;
}

/** @param room bytes that it will have, about */
export function writeSnapshot(numbers: EngineNumbers, streams: StreamTable, room: number): Uint8Array<ArrayBuffer> {
  const to = new StateWriter(room);
  to.text(MAGIC);
  to.number(VERSION);
  to.number(numbers.tickMs);
  to.number(numbers.repeated);
  to.number(streams.states.length);
  streams.states.forEach((state, index) => {
    to.text(JSON.stringify(state.identity));
    to.number(streams.overflowed.has(index) ? 1 : 0);
    state.save(to);
  });
  return to.finish();
}

/**
 * Fills the empty `streams`.
 * @throws RangeError when the bytes are cut off, something else, or of another version
 */
export function readSnapshot(snapshot: Uint8Array, streams: StreamTable): EngineNumbers {
  const from = new StateReader(snapshot);
  const magic = snapshot.length < 16 ? '' : from.text();
  if (magic !== MAGIC) throw new RangeError('snapshot: expected an engine snapshot, got something else');
  const version = from.number();
  if (version !== VERSION) throw new RangeError(`snapshot: expected version ${VERSION}, got ${version}`);
  const tickMs = from.number();
  const repeated = from.number();
  const count = from.number();
  for (let i = 0; i < count; i++) {
    const identity = JSON.parse(from.text()) as StreamIdentity;
    const index = streams.add(identity, from.number() === 1);
    streams.states[index].load(from);
  }
  return { tickMs, repeated };
}

const MAGIC = 'seismo-engine';
/** Raise it with every change of what the parts save. */
const VERSION = 3;
