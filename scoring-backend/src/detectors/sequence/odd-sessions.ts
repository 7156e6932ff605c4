/**
 * Too many odd sessions among those that ended in a window. One session that goes another way may be chance, and its
 * budget is small; when half of them do, none needs to be odd enough alone.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { type Finding, NOT_APPLICABLE, NOT_READY, type WindowFeatures } from '../detector.ts';
import { ShareModel } from '../errors/share-model.ts';

/**
 * M from which a session counts as odd: one normal session in a thousand. Whole kinds of normal sessions are as rare as
 * one in a hundred, and come in waves.
 */
export const ODD_SESSION = 3;

export class OddSessions {
  readonly #share = new ShareModel(0.01, 240);

  judge({ sessions, releasing }: WindowFeatures): Finding {
    const { ended, odd, template } = sessions;
    // After a release sessions go other ways.
    if (ended === 0 || releasing === true) return NOT_APPLICABLE;
    if (!this.#share.ready) return NOT_READY;
    const magnitude = this.#share.magnitude(odd, ended);
    const about = { kind: 'odd_sessions', unit: 'share', template } as const;
    const evidence = { ...about, magnitude, expected: this.#share.mean, actual: odd / ended };
    return { applicable: true, ready: true, magnitude, evidence: [evidence] };
  }

  learn({ sessions, releasing }: WindowFeatures): void {
    if (releasing === true) return;
    this.#share.learn(sessions.odd, sessions.ended);
  }

  loosen(): void {
    this.#share.loosen();
  }

  save(to: StateWriter): void {
    this.#share.save(to);
  }

  load(from: StateReader): void {
    this.#share.load(from);
  }
}
