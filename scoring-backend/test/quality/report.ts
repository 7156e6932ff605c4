/**
 * Runs all protocols and the simulator, and writes what came out as one table: `npm run quality`, into docs/quality.md.
 * With names of protocols behind it, only these, to the terminal.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../src/cli/version.ts';
import { dataFolder } from '../../src/cli/evaluate-protocol.ts';
import { MODEL } from '../../src/engine/pending-outputs.ts';
import type { Figures } from '../../src/evaluate/metrics.ts';
import { PROTOCOLS } from '../../src/evaluate/protocols/all-protocols.ts';
import type { Outcome } from '../../src/evaluate/protocols/protocol.ts';
import { format, resolveConfig } from 'prettier';
import { FLOORS } from './floors.ts';
import { budgetRun, BUDGET_SEEDS, BUDGET_WEEKS, faultRun, FAULT_DAYS, FAULT_SEEDS } from './simulated-services.ts';

const TARGET = join(import.meta.dirname, '../../../docs/quality.md');
const UNWATCHED = { reading: () => undefined, lines: () => undefined };
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const only = process.argv.slice(2);
const outcomes = new Map<string, Outcome>();
for (const protocol of PROTOCOLS) {
  if (only.length > 0 && !only.includes(protocol.name)) continue;
  say(protocol.name);
  outcomes.set(protocol.name, await protocol.run(dataFolder(undefined), UNWATCHED));
}

const text = [
  '# Quality',
  '',
  'How well anomalies are found, measured by `npm run quality` on labelled logs and on simulated services. One configuration',
  'for all sets; thresholds are fixed before the data is seen: margin > 0 for units of event time, M ≥ 3 for units without.',
  'Beside each result stand the trivial baselines: a result that does not beat them says that the task is easy.',
  '',
  `Versions: seismo ${version()}, model ${MODEL}, Node ${process.versions.node}.`,
  '',
  '## Labelled logs',
  '',
  ...unitTable(),
  '',
  ...otherFacts(),
  '## Goals',
  '',
  '| set | figure | reached | goal | |',
  '|---|---|---|---|---|',
  ...goalRows(),
  '',
  ...(only.length > 0 ? [] : [...budgetSection(), ...faultSection()]),
].join('\n');
const pretty = await format(text, { ...(await resolveConfig(TARGET)), parser: 'markdown' });
if (only.length > 0) process.stdout.write(pretty);
else writeFileSync(TARGET, pretty);

function unitTable(): string[] {
  const rows = [
    '| set | detector | precision | recall | F1 | ROC-AUC | PR-AUC | false positives per 10,000 |',
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const [name, { evaluation }] of outcomes) {
    if (evaluation === undefined) continue;
    const { figures, baselines } = evaluation;
    rows.push(row(`**${name}**`, '**Seismo**', figures));
    rows.push(row('', 'flag all', baselines.flagAll), row('', 'random', baselines.random));
    rows.push(row('', 'new template', baselines.newTemplate), row('', 'event count', baselines.eventCount));
  }
  rows.push(
    '',
    'The random baseline is a coin with seed 1; “new template” flags units with a template that training and warm-up did not have.',
    '',
  );
  for (const { name, method } of PROTOCOLS) if (outcomes.has(name)) rows.push(`- ${name}: ${method}`);
  return rows;
}

function row(set: string, detector: string, of: Figures): string {
  const cells = [of.precision, of.recall, of.f1, of.rocAuc, of.prAuc].map((value) => number(value));
  const per10000 = of.falsePositivesPer10000?.toFixed(1) ?? '–';
  return `| ${set} | ${detector} | ${cells.join(' | ')} | ${per10000} |`;
}

function otherFacts(): string[] {
  const lines: string[] = [];
  for (const [name, { evaluation, facts }] of outcomes) {
    if (evaluation !== undefined) continue;
    lines.push(
      `**${name}**: ${Object.entries(facts)
        .map(([fact, value]) => `${fact} ${number(value)}`)
        .join(', ')}.`,
      '',
    );
  }
  return lines;
}

function goalRows(): string[] {
  return FLOORS.filter(({ protocol }) => outcomes.has(protocol)).map(({ protocol, fact, goal, most }) => {
    const value = outcomes.get(protocol)?.facts[fact] ?? null;
    const reached = typeof value === 'number' && (most === true ? value <= goal : value >= goal);
    return `| ${protocol} | ${fact} | ${number(value)} | ${most === true ? '≤' : '≥'} ${goal} | ${reached ? 'reached' : 'not reached'} |`;
  });
}

function number(value: number | string | null): string {
  if (value === null) return '–';
  return typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(4) : String(value);
}

function budgetSection(): string[] {
  say('fault-free weeks');
  const { runs, promised, actual } = budgetRun();
  return [
    '## Budget: fault-free weeks of simulated services',
    '',
    `${actual} false episodes where ${promised} were allowed: ${(actual / promised).toFixed(2)} times as many ` +
      `(${BUDGET_WEEKS} weeks each, seeds ${BUDGET_SEEDS.join(', ')}; goal: at most 3 times).`,
    '',
    '| service | seed | records | false episodes | weeks |',
    '|---|---|---|---|---|',
    ...runs.map(
      ({ shape, seed, records, episodes, weeks }) =>
        `| ${shape.name} | ${seed} | ${records} | ${episodes.length} | ${weeks} |`,
    ),
    '',
  ];
}

function faultSection(): string[] {
  say('faults');
  const { trials, found, soon, real } = faultRun();
  say('done');
  const rows = [...new Set(trials.map(({ fault }) => fault))].map((fault) => {
    const of = trials.filter((trial) => trial.fault === fault);
    const times = of.filter((trial) => trial.found).map(({ afterMs }) => Math.round(afterMs / 1000));
    return `| ${fault} | ${times.length} of ${of.length} | ${times.sort((a, b) => a - b).join(', ')} |`;
  });
  return [
    '## Faults in simulated services',
    '',
    `${found} of ${real} found at the default budget, ${soon} of them within 2 minutes of event time ` +
      `(after ${FAULT_DAYS} days of history, seeds ${FAULT_SEEDS.join(', ')}; goal: 80 %, half of them within 2 minutes). ` +
      '“none” is a trial without a fault.',
    '',
    '| fault | found | after s |',
    '|---|---|---|',
    ...rows,
    '',
  ];
}
