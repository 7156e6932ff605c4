/** Where judged units go, and what a kind of unit has to offer: it reads inputs, and says what it thinks of their units. */
import type { LogInput } from '../sources/log-input.ts';
import { LearnedCounts } from './baselines.ts';
import { UnitScores, type Label } from './unit-scores.ts';

/** How an input is read. */
export interface Reading {
  /** Learned, not judged. */
  readonly training: boolean;
  /** What all units of the input are, where that is known. */
  readonly label: Label | undefined;
}

export interface UnitKind {
  /** Reads an input to its end. */
  read(input: LogInput, reading: Reading): Promise<void>;
  /** All inputs were read. */
  finish(): void;
}

/** Collects units. */
export class UnitSink {
  readonly units = new UnitScores();
  readonly learned = new LearnedCounts();
  /** Lines, sessions or values read. */
  lines = 0;
  /** Lines that belong to no unit: before the first or behind the last whole window, or without a session id. */
  outside = 0;
  /** Lines of training data that were left out because their label says that they are abnormal. */
  leftOut = 0;
  readonly #progress: (lines: number) => void;

  constructor(progress: (lines: number) => void) {
    this.#progress = progress;
  }

  read(lines: number): void {
    this.lines += lines;
    this.#progress(this.lines);
  }
}

/** M at and above which a unit without time is flagged: as rare as 1 in 1,000 (docs/design.md, "What a score means"). */
export const FLAGGED_FROM = 3;
