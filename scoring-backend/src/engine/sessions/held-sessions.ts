/** Sessions that wait to be learned until more is known: copies, that follow what becomes of their templates. */
import type { SessionFeatures } from '../../detectors/sequence/session-features.ts';
import { templateOfEvent, withTemplate } from '../../windows/session-event.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export class HeldSessions {
  #sessions: SessionFeatures[] = [];

  add(session: SessionFeatures): void {
    this.#sessions.push({ ...session, templates: session.templates.slice(0, session.length) });
  }

  /** Gives them out, oldest first, and holds none. */
  take(): readonly SessionFeatures[] {
    const sessions = this.#sessions;
    this.#sessions = [];
    return sessions;
  }

  /** A session with a template that is forgotten says nothing any more. */
  clear(index: number): void {
    this.#sessions = this.#sessions.filter(
      ({ templates }) => !templates.some((event) => templateOfEvent(event) === index),
    );
  }

  merge(from: number, to: number): void {
    for (const { templates } of this.#sessions)
      for (let i = 0; i < templates.length; i++)
        if (templateOfEvent(templates[i]) === from) templates[i] = withTemplate(templates[i], to);
  }

  save(to: StateWriter): void {
    to.number(this.#sessions.length);
    for (const { templates, length, records, startMs, endMs, errors, complete, key } of this.#sessions) {
      to.numbers(length, records, startMs, endMs, errors, complete ? 1 : 0);
      to.column(templates);
      to.text(key);
    }
  }

  load(from: StateReader): void {
    for (let left = from.number(); left > 0; left--) {
      const numbers = new Float64Array(6);
      from.column(numbers);
      const [length, records, startMs, endMs, errors, complete] = numbers;
      const templates = new Int32Array(length);
      from.column(templates);
      const key = from.text();
      this.#sessions.push({ templates, length, records, startMs, endMs, errors, complete: complete === 1, key });
    }
  }
}
