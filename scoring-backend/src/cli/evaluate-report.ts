/** An evaluation in words and as JSON. */
import type { Evaluation } from '../evaluate/evaluation.ts';
import type { Figures } from '../evaluate/metrics.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';
import { count, several } from './wording.ts';

/** What was evaluated. */
export interface Subject {
  readonly protocol?: string;
  readonly format: string;
  readonly unit: string;
  readonly train: readonly string[];
  readonly test: readonly string[];
  readonly seed: number;
}

/** The object that `--json` prints. */
export function evaluationJson(subject: Subject, evaluation: Evaluation, seconds: number): object {
  const { counts, figures, baselines, bestF1 } = evaluation;
  const { precision, recall, f1, rocAuc, prAuc, falsePositivesPer10000 } = figures;
  return {
    ...subject,
    ...{ precision, recall, f1, rocAuc, prAuc, falsePositivesPer10000 },
    truePositives: figures.truePositives,
    falsePositives: figures.falsePositives,
    ...{ counts, baselines, bestF1, seconds: Math.round(seconds * 1000) / 1000 },
    versions: { seismo: version(), node: process.versions.node },
  };
}

export function printEvaluation(terminal: Terminal, subject: Subject, evaluation: Evaluation, seconds: number): void {
  const { counts, figures, baselines, bestF1 } = evaluation;
  const { print, paint } = terminal;
  print(`${paint('bold', subject.protocol ?? subject.test.join(', '))}`);
  const labelled = `${count(counts.abnormal)} abnormal, ${count(counts.normal)} normal`;
  const unlabelled = counts.unlabelled === 0 ? '' : `, ${count(counts.unlabelled)} without a label`;
  const warmUp = counts.warmUp === 0 ? '' : `, after a warm-up of ${count(counts.warmUp)}`;
  print(
    `${several(counts.units, subject.unit)} judged (${labelled}${unlabelled})${warmUp}, in ${seconds.toFixed(1)} s`,
  );
  if (counts.outside > 0) print(`${several(counts.outside, 'line')} belonged to no ${subject.unit}.`);
  if (counts.leftOut > 0)
    print(`${count(counts.leftOut)} of the training data were left out: their label says they are abnormal.`);
  print('');
  print(`${''.padEnd(14)}precision  recall      F1  ROC-AUC  PR-AUC  false positives per 10,000`);
  print(paint('bold', row('Seismo', figures)));
  print(row('flag all', baselines.flagAll));
  print(row('random', baselines.random));
  print(row('new template', baselines.newTemplate));
  print(row('event count', baselines.eventCount));
  print('');
  print(
    `${count(counts.flagged)} flagged. F1 at the threshold that suits the answers best, a bound: ${share(bestF1)}.`,
  );
}

function row(name: string, of: Figures): string {
  const per10000 = of.falsePositivesPer10000;
  return [
    name.padEnd(14),
    share(of.precision).padStart(9),
    share(of.recall).padStart(8),
    share(of.f1).padStart(8),
    share(of.rocAuc).padStart(9),
    share(of.prAuc).padStart(8),
    (per10000 === null ? '–' : per10000.toFixed(1)).padStart(12),
  ].join('');
}

/** A share with four digits, or a dash where it is not defined. */
function share(value: number | null): string {
  return value === null ? '–' : value.toFixed(4);
}

/** What a protocol found that has no single list of units. */
export function printFacts(
  terminal: Terminal,
  name: string,
  method: string,
  facts: Readonly<Record<string, number | string | null>>,
  seconds: number,
): void {
  terminal.print(`${terminal.paint('bold', name)}  ${method}, in ${seconds.toFixed(1)} s\n`);
  for (const [fact, value] of Object.entries(facts))
    terminal.print(
      `  ${fact.padEnd(36)}${typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(4) : (value ?? '–')}`,
    );
}
