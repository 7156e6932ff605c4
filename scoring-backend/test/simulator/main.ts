/**
 * Prints what the simulator says of the engine as it stands, on the development services:
 * `node scoring-backend/test/simulator/main.ts [weeks] [seeds]`.
 */
import { causeOf } from './episodes.ts';
import { faultFreeWeeks } from './fault-free-weeks.ts';
import { faultTrials, type Trial } from './fault-trials.ts';
import { DEVELOPMENT } from './shapes.ts';

const weeks = Number(process.argv[2] ?? 2);
const seeds = Number(process.argv[3] ?? 1);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const cpuSeconds = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;

for (const shape of DEVELOPMENT)
  for (let seed = 1; seed <= seeds; seed++) {
    const began = cpuSeconds();
    const run = faultFreeWeeks(shape, seed, weeks);
    const causes = new Map<string, number>();
    for (const episode of run.episodes) causes.set(causeOf(episode), (causes.get(causeOf(episode)) ?? 0) + 1);
    const told = [...causes].sort((a, b) => b[1] - a[1]).map(([cause, times]) => `${times} × ${cause}`);
    const cost = `${run.records} records, ${(cpuSeconds() - began).toFixed(1)} s CPU`;
    say(`${shape.name} ${seed}: ${run.episodes.length} false episodes in ${weeks} weeks (${cost})`);
    if (told.length > 0) say(`    ${told.join('; ')}`);
  }

const trials: Trial[] = [];
for (const shape of DEVELOPMENT) for (let seed = 1; seed <= seeds; seed++) trials.push(...faultTrials(shape, seed, 3));
say(`\nfaults found after 3 days of history (${cpuSeconds().toFixed(0)} s CPU in all)`);
for (const fault of new Set(trials.map((trial) => trial.fault))) {
  const of = trials.filter((trial) => trial.fault === fault);
  const found = of.filter((trial) => trial.found);
  const times = found.map(({ afterMs, cause }) => `${Math.round(afterMs / 1000)} s (${cause})`);
  say(`  ${fault.padEnd(20)} ${found.length} of ${of.length}   ${times.join(', ')}`);
}
const real = trials.filter((trial) => trial.fault !== 'none');
const found = real.filter((trial) => trial.found).length;
const soon = real.filter((trial) => trial.afterMs <= 120_000).length;
say(`  ${found} of ${real.length} found, ${soon} within 2 minutes`);
