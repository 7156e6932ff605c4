/** Evaluates the files that a command line names. */
import { evaluate, type TestInput } from '../evaluate/evaluation.ts';
import { type EvaluationOptions, evaluationOptions } from '../evaluate/evaluation-options.ts';
import { ABNORMAL, NORMAL, type Label } from '../evaluate/unit-scores.ts';
import { UnreadableInput, type LogInput } from '../sources/log-input.ts';
import { ENGINE_FLAGS, settingsOfFlags } from './engine-flags.ts';
import type { EvaluateFlags } from './evaluate-flags.ts';
import { evaluationJson, printEvaluation } from './evaluate-report.ts';
import { writeScores } from './evaluate-scores.ts';
import { Failure, WrongUsage } from './exit-codes.ts';
import { inputsOf } from './inputs.ts';
import type { ProgressBar } from './progress-bar.ts';
import type { Terminal } from './terminal.ts';

export async function evaluateFiles(flags: EvaluateFlags, terminal: Terminal, progress: ProgressBar): Promise<void> {
  const options = evaluationOptions(flags, await settingsOfFlags(flags));
  refuseWhereOneFamilyJudges(options, flags);
  const began = performance.now();
  const open = async (files: readonly string[]): Promise<LogInput[]> => (files.length === 0 ? [] : inputsOf(files));
  const train = await open(options.train);
  const labelled = async (files: readonly string[], label: Label | undefined): Promise<TestInput[]> =>
    (await open(files)).map((input) => ({ input, label }));
  const test = [
    ...(await labelled(options.test, undefined)),
    ...(await labelled(options.testNormal, NORMAL)),
    ...(await labelled(options.testAbnormal, ABNORMAL)),
  ];
  const evaluation = await evaluate(options, train, test, progress).catch((error: unknown) => {
    if (error instanceof UnreadableInput) throw new Failure(error.message, { cause: error });
    throw error;
  });
  progress.stop();
  const seconds = (performance.now() - began) / 1000;
  if (flags.scores !== undefined) await writeScores(flags.scores, evaluation.units);
  const subject = {
    ...{ format: options.format, unit: options.unit, train: options.train, seed: options.seed },
    test: test.map(({ input }) => input.path),
  };
  if (flags.json) terminal.print(JSON.stringify(evaluationJson(subject, evaluation, seconds)));
  else printEvaluation(terminal, subject, evaluation, seconds);
}

/** Sessions and values are judged by one family each, whatever else is on. */
function refuseWhereOneFamilyJudges({ format, unit }: EvaluationOptions, flags: EvaluateFlags): void {
  if (unit !== 'session' && format !== 'values') return;
  for (const [field, flag] of Object.entries(ENGINE_FLAGS) as [keyof typeof ENGINE_FLAGS, string][])
    if (flags[field] !== undefined)
      throw new WrongUsage(
        `${flag} is for units that several families judge (line, window, file), got --unit ${unit} --format ${format}`,
      );
}
