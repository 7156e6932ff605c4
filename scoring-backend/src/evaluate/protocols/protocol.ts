/** A protocol: a labelled set of ours, how it is to be judged, and what came out. */
import type { LogInput } from '../../sources/log-input.ts';
import { evaluate, type Evaluation, type EvaluationProgress, type TestInput } from '../evaluation.ts';
import { evaluationOptions, type EvaluationFlags } from '../evaluation-options.ts';

/** What a protocol found: units with their figures, or facts of its own kind, or both. */
export interface Outcome {
  /** Of the sets of units. */
  readonly evaluation?: Evaluation;
  readonly unit: string;
  /** Named figures, in the order in which they are to be told. */
  readonly facts: Readonly<Record<string, number | string | null>>;
}

export interface Protocol {
  readonly name: string;
  /** How it is done, for people. */
  readonly method: string;
  /** @param data folder of the reference data */
  run(data: string, progress: EvaluationProgress): Promise<Outcome>;
}

/** Evaluates inputs as flags would have it, file names apart. */
export async function evaluateAs(
  flags: EvaluationFlags,
  train: readonly LogInput[],
  test: readonly TestInput[],
  progress: EvaluationProgress,
): Promise<Outcome> {
  const options = evaluationOptions({
    ...flags,
    train: train.map(({ path }) => path),
    test: test.map(({ input }) => input.path),
  });
  const evaluation = await evaluate(options, train, test, progress);
  const { f1, rocAuc, prAuc, precision, recall, falsePositivesPer10000 } = evaluation.figures;
  return { evaluation, unit: options.unit, facts: { precision, recall, f1, rocAuc, prAuc, falsePositivesPer10000 } };
}
