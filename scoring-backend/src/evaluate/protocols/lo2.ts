/**
 * LO2: runs of seven micro-services, each a log. Learned on correct runs; the run with an error is to be found, and the
 * service at fault among its services; each correct run is judged as well, by what the other correct ones taught.
 */
import { join } from 'node:path';
import { memoryInput } from '../memory-input.ts';
import { tarFiles } from '../tar-files.ts';
import type { LogInput } from '../../sources/log-input.ts';
import { evaluate, type EvaluationProgress } from '../evaluation.ts';
import { evaluationOptions } from '../evaluation-options.ts';
import { sidak } from '../../detectors/ensemble.ts';
import { FLAGGED_FROM } from '../unit-sink.ts';
import { ABNORMAL, NORMAL } from '../unit-scores.ts';
import type { Protocol } from './protocol.ts';

/** The first lines of a log still tell of the run before. */
const LEAKED_LINES = 100;
/** The run's name tells what was asked for; the service that answers it is the one at fault. */
const AT_FAULT = 'refresh-token';

interface Log {
  readonly run: string;
  readonly service: string;
  readonly bytes: Uint8Array;
}

export const lo2: Protocol = {
  name: 'lo2',
  method: 'learned on correct runs, first 100 lines of a log cut, leave one correct run out; unit: run × service',
  async run(data, progress) {
    const logs = readLogs(join(data, 'lo2/lo2-labeled.tar.gz'));
    const correct = [...new Set(logs.map(({ run }) => run))].filter((run) => run.startsWith('correct'));
    const odd = [...new Set(logs.map(({ run }) => run))].filter((run) => !run.startsWith('correct'));
    const facts: Record<string, number | string> = {};
    const of = (runs: readonly string[]): Log[] => logs.filter(({ run }) => runs.includes(run));
    let falseAlarms = 0;
    for (const left of correct) {
      const services = await judge(of(correct.filter((run) => run !== left)), of([left]), progress);
      if (services.some(({ magnitude }) => magnitude >= FLAGGED_FROM)) falseAlarms++;
      facts[`${left} M`] = runMagnitude(services);
    }
    let found = 0;
    let rankedFirst = 0;
    for (const run of odd) {
      const services = await judge(of(correct), of([run]), progress);
      const [first, second] = services.toSorted((a, b) => b.magnitude - a.magnitude);
      facts[`${run} M`] = runMagnitude(services);
      if (first.magnitude >= FLAGGED_FROM) found++;
      if (first.service === AT_FAULT && first.magnitude > second.magnitude) rankedFirst++;
      facts[`${run} ranking`] =
        `${first.service} ${first.magnitude.toFixed(2)}, ${second.service} ${second.magnitude.toFixed(2)}`;
    }
    return {
      unit: 'file',
      facts: {
        ...{ errorRuns: odd.length, errorRunsFound: found, serviceAtFaultRankedFirst: rankedFirst },
        ...{ correctRuns: correct.length, correctRunsFlagged: falseAlarms, ...facts },
      },
    };
  },
};

function readLogs(archive: string): Log[] {
  const logs: Log[] = [];
  for (const { name, bytes } of tarFiles(archive)) {
    const match = /^(?:.*\/)?([^/]+)\/light-oauth2-oauth2-(.+)-1\.log$/.exec(name);
    if (match !== null) logs.push({ run: match[1], service: match[2], bytes: withoutLines(bytes, LEAKED_LINES) });
  }
  return logs;
}

function withoutLines(bytes: Uint8Array, lines: number): Uint8Array {
  let at = 0;
  for (let left = lines; left > 0; left--) {
    const end = bytes.indexOf(10, at);
    if (end < 0) return bytes.subarray(bytes.length);
    at = end + 1;
  }
  return bytes.subarray(at);
}

/** M of each service of a run. */
async function judge(
  train: readonly Log[],
  test: readonly Log[],
  progress: EvaluationProgress,
): Promise<{ service: string; magnitude: number }[]> {
  const input = ({ run, service, bytes }: Log): LogInput => memoryInput(`${run}/${service}.log`, bytes);
  const inputs = test.map(
    (log) => ({ input: input(log), label: log.run.startsWith('correct') ? NORMAL : ABNORMAL }) as const,
  );
  const options = evaluationOptions({
    unit: 'file',
    train: train.map(({ run }) => run),
    test: test.map(({ run }) => run),
  });
  const { units } = await evaluate(options, train.map(input), inputs, progress);
  return [...units.magnitudes].map((magnitude, i) => ({ service: test[i].service, magnitude }));
}

/** One M for the whole run: the oddest service's, corrected for having looked at several. */
function runMagnitude(services: readonly { magnitude: number }[]): number {
  return sidak(Math.max(...services.map(({ magnitude }) => magnitude)), services.length);
}
