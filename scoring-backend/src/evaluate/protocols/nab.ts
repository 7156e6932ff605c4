/** Two categories of the Numenta Anomaly Benchmark: series of values, every file from its first value on. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ValueJudge } from '../../detectors/values/value-judge.ts';
import { DEFAULT_ENGINE_SETTINGS } from '../../engine/settings.ts';
import { openLogInput } from '../../sources/log-input.ts';
import type { EvaluationProgress } from '../evaluation.ts';
import { nabNormalised, nabScore, type NabCosts, type NabFile, type RowWindow } from '../nab-score.ts';
import { msOf, timedValues } from '../values.ts';
import type { Protocol } from './protocol.ts';

const CATEGORIES = ['realAWSCloudwatch', 'realKnownCause'];
const PROFILES = {
  standard: 'standard',
  lowFalsePositives: 'reward_low_FP_rate',
  lowFalseNegatives: 'reward_low_FN_rate',
};

const Windows = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));
const Profiles = z.record(
  z.string(),
  z.object({ CostMatrix: z.object({ tpWeight: z.number(), fpWeight: z.number(), fnWeight: z.number() }) }),
);

export const nab: Protocol = {
  name: 'nab',
  method:
    'realKnownCause and realAWSCloudwatch, the published scoring; flagged at margin > 0, one setting for all files',
  async run(data, progress) {
    const folder = join(data, 'nab');
    const windows = Windows.parse(JSON.parse(readFileSync(join(folder, 'combined_windows.json'), 'utf8')));
    const profiles = Profiles.parse(JSON.parse(readFileSync(join(folder, 'profiles.json'), 'utf8')));
    const files: { category: string; file: NabFile }[] = [];
    for (const category of CATEGORIES)
      for (const name of readdirSync(join(folder, category))
        .filter((file) => file.endsWith('.csv'))
        .sort())
        files.push({
          category,
          file: await judged(join(folder, category, name), windows[`${category}/${name}`] ?? [], progress),
        });
    const standing = (of: readonly NabFile[], profile: string): number => {
      const costs: NabCosts = profiles[profile].CostMatrix;
      return nabNormalised(
        of.map((file) => nabScore(file, costs)),
        costs,
      );
    };
    const all = files.map(({ file }) => file);
    const facts: Record<string, number> = {};
    for (const [name, profile] of Object.entries(PROFILES)) facts[name] = standing(all, profile);
    for (const category of CATEGORIES)
      facts[category] = standing(
        files.filter((one) => one.category === category).map(({ file }) => file),
        PROFILES.standard,
      );
    const results = all.map((file) => nabScore(file, profiles[PROFILES.standard].CostMatrix));
    facts.windows = results.reduce((sum, { windows: of }) => sum + of, 0);
    facts.windowsFound = results.reduce((sum, { found }) => sum + found, 0);
    facts.falseDetections = results.reduce((sum, { falseDetections }) => sum + falseDetections, 0);
    return { unit: 'value', facts };
  },
};

async function judged(
  path: string,
  spans: readonly (readonly [from: string, to: string])[],
  progress: EvaluationProgress,
): Promise<NabFile> {
  const input = await openLogInput(path);
  progress.reading(input);
  const judge = new ValueJudge(DEFAULT_ENGINE_SETTINGS.budgetPerWeek);
  const times: number[] = [];
  const flags: number[] = [];
  for await (const { timeMs, value } of timedValues(input, 'value', undefined)) {
    times.push(timeMs);
    flags.push(judge.judge(timeMs, value).margin > 0 ? 1 : 0);
  }
  const windows = spans.map(([from, to]): RowWindow => [
    times.findIndex((time) => time >= msOf(from)),
    times.findLastIndex((time) => time <= msOf(to)),
  ]);
  return { rows: times.length, windows, flagged: Uint8Array.from(flags) };
}
