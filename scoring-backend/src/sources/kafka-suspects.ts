/**
 * Messages at which an engine thread ended. A mistake of ours that one message brings out would otherwise end a thread for
 * ever, because that message comes again. While one is suspected, messages go to the engine one at a time, so that the
 * right one is blamed; after three times it is given up.
 */
import { MalformedRequest } from '@seismo/otel-processor/otlp/request-errors';
import { messageOf, SeismoError } from '../errors.ts';

const TRIES = 3;

export class KafkaSuspects {
  /** By source and offset: how often, alone, and why the last time. */
  readonly #suspects = new Map<string, { times: number; why: string }>();

  get any(): boolean {
    return this.#suspects.size > 0;
  }

  /** @throws MalformedRequest for a message that is given up */
  refuse(source: string, offset: number): void {
    const suspect = this.#suspects.get(nameOf(source, offset));
    if (suspect === undefined || suspect.times < TRIES) return;
    this.#suspects.clear();
    throw new MalformedRequest(`an engine thread ended at it ${TRIES} times: ${suspect.why}`);
  }

  /** The engine has learned it. */
  passed(source: string, offset: number): void {
    this.#suspects.delete(nameOf(source, offset));
  }

  /** The engine went down with it; with others in work it need not be the one. */
  failed(source: string, offset: number, error: unknown): void {
    if (!(error instanceof SeismoError) || error.code !== 'ENGINE_DOWN') return;
    const name = nameOf(source, offset);
    const times = (this.#suspects.get(name)?.times ?? 0) + 1;
    this.#suspects.set(name, { times, why: messageOf(error) });
  }
}

function nameOf(source: string, offset: number): string {
  return `${source} ${offset}`;
}
