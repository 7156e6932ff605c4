/**
 * The state of what can be switched off, in sections of their own: a snapshot may have been taken with other families on than
 * the engine that reads it has. What is off there now is passed over, and so forgotten; what is new begins with nothing.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export interface Kept {
  save(to: StateWriter): void;
  load(from: StateReader): void;
}

export function saveFamily(to: StateWriter, part: Kept | undefined): void {
  to.section(() => part?.save(to));
}

/** False when there was nothing for this part: it stays as it is. */
export function loadFamily(from: StateReader, part: Kept | undefined): boolean {
  const section = from.section();
  if (part === undefined || section.empty) return false;
  part.load(section);
  return true;
}
