/** Sessions given as event numbers, as units: the judge of sessions, without a miner before it and without time. */
import { sessionOf } from '../detectors/sequence/session-features.ts';
import { SessionJudge } from '../engine/sessions/session-judge.ts';
import { DEFAULT_ENGINE_SETTINGS } from '../engine/settings.ts';
import type { LogInput } from '../sources/log-input.ts';
import { EventNames, sequences } from './sequences.ts';
import { SeenKinds, TRAINING } from './seen-kinds.ts';
import { UNLABELLED, type Label } from './unit-scores.ts';
import { FLAGGED_FROM, type Reading, type UnitKind, type UnitSink } from './unit-sink.ts';

export interface SequenceSettings {
  readonly frozen: boolean;
  readonly labels: ReadonlyMap<string, Label> | undefined;
  readonly nameFiles: boolean;
}

export class SequenceUnits implements UnitKind {
  readonly #settings: SequenceSettings;
  readonly #sink: UnitSink;
  readonly #names = new EventNames();
  readonly #judge = new SessionJudge(DEFAULT_ENGINE_SETTINGS.budgetPerWeek);
  readonly #kinds = new SeenKinds();
  #room = 0;

  constructor(settings: SequenceSettings, sink: UnitSink) {
    this.#settings = settings;
    this.#sink = sink;
  }

  async read(input: LogInput, { training, label }: Reading): Promise<void> {
    const { frozen, labels, nameFiles } = this.#settings;
    const { units, learned } = this.#sink;
    for await (const { name, events } of sequences(input, this.#names)) {
      const session = sessionOf(events, String(name));
      this.#makeRoom();
      let newestKind = TRAINING;
      const unit = training ? TRAINING : units.size;
      for (const event of events)
        newestKind = Math.max(newestKind, this.#kinds.firstUnit(event, unit, training || !frozen));
      if (training) {
        this.#judge.learn(session);
        learned.add(events.length);
      } else {
        const judgement = this.#judge.judge(session);
        const { magnitude } = judgement;
        const flagged = magnitude >= FLAGGED_FROM;
        if (!frozen) this.#judge.digest(session, judgement);
        const own = label ?? labels?.get(String(name)) ?? UNLABELLED;
        units.addColumns(
          nameFiles ? `${input.path}:${name}` : name,
          own,
          magnitude,
          flagged,
          newestKind,
          events.length,
        );
      }
      this.#sink.read(1);
    }
  }

  /** The judge keeps columns by event. */
  #makeRoom(): void {
    if (this.#names.size <= this.#room) return;
    this.#room = Math.max(INITIAL_ROOM, this.#names.size * 2);
    this.#judge.grow(this.#room);
  }

  finish(): void {
    // Every session had its verdict as it was read.
  }
}

const INITIAL_ROOM = 64;
