/** Evaluates one of our own protocols, by name. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PROTOCOLS } from '../evaluate/protocols/all-protocols.ts';
import { ENGINE_FLAGS } from './engine-flags.ts';
import type { EvaluateFlags } from './evaluate-flags.ts';
import { evaluationJson, printEvaluation, printFacts } from './evaluate-report.ts';
import { writeScores } from './evaluate-scores.ts';
import { Failure, WrongUsage } from './exit-codes.ts';
import type { ProgressBar } from './progress-bar.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/** Flags that make no sense beside a protocol: it fixes them. */
const FIXED = {
  ...{ train: '--train', test: '--test', testNormal: '--test-normal', testAbnormal: '--test-abnormal' },
  ...{ format: '--format', valueColumn: '--value-column', unit: '--unit', sessionPattern: '--session-pattern' },
  ...{ window: '--window', labelPrefix: '--label-prefix', labelColumn: '--label-column', labels: '--labels' },
  ...{ warmUp: '--warm-up', seed: '--seed', ...ENGINE_FLAGS },
} as const;

export async function evaluateProtocol(
  name: string,
  flags: EvaluateFlags,
  terminal: Terminal,
  progress: ProgressBar,
): Promise<void> {
  const protocol = PROTOCOLS.find((one) => one.name === name);
  if (protocol === undefined)
    throw new WrongUsage(`there is no protocol ${name}: there are ${PROTOCOLS.map((one) => one.name).join(', ')}`);
  for (const [field, flag] of Object.entries(FIXED) as [keyof typeof FIXED, string][])
    if (flags[field] !== undefined) throw new WrongUsage(`${flag} is fixed by the protocol ${name}: leave it away`);
  const began = performance.now();
  const { evaluation, unit, facts } = await protocol.run(dataFolder(flags.data), progress);
  progress.stop();
  const seconds = (performance.now() - began) / 1000;
  if (flags.scores !== undefined) {
    if (evaluation === undefined) throw new WrongUsage(`--scores: ${name} has no single list of units`);
    await writeScores(flags.scores, evaluation.units);
  }
  const subject = { protocol: name, format: protocol.method, unit, train: [], test: [], seed: 1 };
  const { method } = protocol;
  if (flags.json) {
    const versions = { seismo: version(), node: process.versions.node };
    const figures = evaluation === undefined ? { versions } : evaluationJson(subject, evaluation, seconds);
    terminal.print(JSON.stringify({ ...figures, protocol: name, method, unit, facts, seconds }));
  } else if (evaluation !== undefined) printEvaluation(terminal, subject, evaluation, seconds);
  else printFacts(terminal, name, method, facts, seconds);
}

/**
 * The folder of the reference data: --data, SEISMO_DATA, or ../shared/data.
 * @throws Failure when it is not there
 */
export function dataFolder(flag: string | undefined): string {
  const besideRepository = join(resolve(import.meta.dirname, '../../..'), '../shared/data');
  const folder = flag ?? process.env.SEISMO_DATA ?? besideRepository;
  if (existsSync(folder)) return folder;
  throw new Failure(`--data: the reference data is not at ${folder}; name its folder, or set SEISMO_DATA`);
}
