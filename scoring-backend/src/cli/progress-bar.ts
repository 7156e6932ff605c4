/** A progress bar on standard error while a terminal watches; nothing otherwise. */
import { Presets, SingleBar } from 'cli-progress';
import type { LogInput } from '../sources/log-input.ts';
import { count } from './wording.ts';

export interface ProgressBar {
  /** A further input is read now. */
  reading(input: LogInput): void;
  /** Lines read so far, over all inputs. */
  lines(lines: number): void;
  stop(): void;
}

const REDRAWS_PER_SECOND = 8;

export function openProgress(): ProgressBar {
  if (process.stderr.isTTY !== true) return { reading: () => {}, lines: () => {}, stop: () => {} };
  const bar = new SingleBar(
    {
      format: '{bar} {percentage}% | {count} lines | {file}',
      fps: REDRAWS_PER_SECOND,
      clearOnComplete: true,
      hideCursor: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  let current: LogInput | undefined;
  const begin = (input: LogInput): void => {
    // The length of a pipe is not known: its bar shows lines and stays empty.
    bar.start(input.size ?? Number.MAX_SAFE_INTEGER, 0, {
      file: input.path === '-' ? 'standard input' : input.path,
      count: 0,
    });
    current = input;
  };
  return {
    reading(input) {
      bar.stop();
      begin(input);
    },
    lines(lines) {
      if (current !== undefined) bar.update(current.bytesRead(), { count: count(lines) });
    },
    stop: () => bar.stop(),
  };
}
