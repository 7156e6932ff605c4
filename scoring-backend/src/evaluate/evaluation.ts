/** An evaluation: reads files, has the engine judge their units, and compares with the labels. */
import type { LogInput } from '../sources/log-input.ts';
import { baselines, type Baselines } from './baselines.ts';
import { CountedWindowUnits } from './counted-window-units.ts';
import type { EvaluationOptions } from './evaluation-options.ts';
import { fileName, FileUnits } from './file-units.ts';
import { readLabels } from './labels.ts';
import { LineUnits } from './line-units.ts';
import { bestF1, figures, type Figures } from './metrics.ts';
import { SequenceUnits } from './sequence-units.ts';
import { SessionUnits } from './session-units.ts';
import { TimeWindowUnits } from './time-window-units.ts';
import { UnitScores } from './unit-scores.ts';
import { ABNORMAL, NORMAL, UNLABELLED, type Label } from './unit-scores.ts';
import { UnitSink, type UnitKind } from './unit-sink.ts';
import { ValueUnits } from './value-units.ts';

export interface Evaluation {
  /** The judged units behind the warm-up. */
  readonly units: UnitScores;
  readonly counts: UnitCounts;
  readonly figures: Figures;
  readonly baselines: Baselines;
  /** F1 at the threshold that suits the answers best: a bound, not a result. */
  readonly bestF1: number | null;
}

export interface UnitCounts {
  /** Lines, sequences or values read. */
  readonly lines: number;
  readonly units: number;
  readonly normal: number;
  readonly abnormal: number;
  readonly unlabelled: number;
  /** Units before the first judged one. */
  readonly warmUp: number;
  /** Of all judged units, labelled or not. */
  readonly flagged: number;
  /** Lines in no unit. */
  readonly outside: number;
  /** Training units left out for their label. */
  readonly leftOut: number;
}

export interface EvaluationProgress {
  reading(input: LogInput): void;
  lines(lines: number): void;
}

/** An input, and what its units are where the whole file is of one kind. */
export interface TestInput {
  readonly input: LogInput;
  readonly label: Label | undefined;
}

export async function evaluate(
  options: EvaluationOptions,
  train: readonly LogInput[],
  test: readonly TestInput[],
  progress: EvaluationProgress,
): Promise<Evaluation> {
  const sink = new UnitSink((lines) => progress.lines(lines));
  const kind = unitKind(options, train, test, sink);
  for (const input of train) {
    progress.reading(input);
    await kind.read(named(input), { training: true, label: undefined });
  }
  for (const { input, label } of test) {
    progress.reading(input);
    await kind.read(named(input), { training: false, label });
  }
  kind.finish();
  return summed(sink, options);
}

/** All files are of one stream, unless their records say otherwise. */
function named(input: LogInput): LogInput {
  return { ...input, service: 'evaluated' };
}

function unitKind(
  options: EvaluationOptions,
  train: readonly LogInput[],
  test: readonly TestInput[],
  sink: UnitSink,
): UnitKind {
  const { format, unit, frozen, labelPrefix, labelColumn, valueColumn, sessionPattern, window, engine } = options;
  const labels = options.labels === undefined ? undefined : readLabels(options.labels);
  const nameFiles = test.length > 1;
  if (format === 'sequences') return new SequenceUnits({ frozen, labels, nameFiles }, sink);
  if (format === 'values') return new ValueUnits({ valueColumn, labelColumn, labels, nameFiles }, sink);
  const records = { format, labelPrefix, labelColumn, valueColumn };
  if (sessionPattern !== undefined)
    return new SessionUnits({ format: records, pattern: sessionPattern, frozen, labels }, sink);
  if (unit === 'file') {
    const trained = new Set(train.map(({ path }) => fileName(path)));
    const byName = train.length === 0 || test.every(({ input }) => trained.has(fileName(input.path)));
    return new FileUnits({ format: records, labels, independent: frozen, byName, engine }, sink);
  }
  if (window === undefined) return new LineUnits({ format: records, frozen, labels, nameFiles, engine }, sink);
  if ('ms' in window) return new TimeWindowUnits({ format: records, sizeMs: window.ms, labels, engine }, sink);
  const { lines: linesPerWindow } = window;
  return new CountedWindowUnits({ format: records, linesPerWindow, labels, frozen, nameFiles, engine }, sink);
}

function summed(sink: UnitSink, { warmUp, seed }: EvaluationOptions): Evaluation {
  const all = sink.units;
  const first = Math.floor(all.size * warmUp);
  const learned = sink.learned;
  for (let i = 0; i < first; i++) learned.add(all.events[i]);
  const units = first === 0 ? all : behind(all, first);
  const flagged = units.flagged.reduce((sum, flag) => sum + flag, 0);
  const { labels, magnitudes } = units;
  const counted = (label: Label): number => labels.reduce((sum, own) => sum + (own === label ? 1 : 0), 0);
  return {
    units,
    counts: {
      ...{ lines: sink.lines, units: units.size, warmUp: first, flagged, outside: sink.outside, leftOut: sink.leftOut },
      ...{ normal: counted(NORMAL), abnormal: counted(ABNORMAL), unlabelled: counted(UNLABELLED) },
    },
    figures: figures(labels, magnitudes, units.flagged),
    baselines: baselines(units, learned, seed, first),
    bestF1: bestF1(labels, magnitudes),
  };
}

function behind(all: UnitScores, first: number): UnitScores {
  const units = new UnitScores();
  const { labels, magnitudes, flagged, newestKind, events } = all;
  for (let i = first; i < all.size; i++)
    units.addColumns(all.name(i), labels[i] as Label, magnitudes[i], flagged[i] === 1, newestKind[i], events[i]);
  return units;
}
