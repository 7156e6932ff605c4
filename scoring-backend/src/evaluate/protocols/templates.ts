/** Logs with true templates: one pass, one configuration; how lines are grouped, and how templates read. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { engineSettings } from '../../engine/settings.ts';
import { createTemplateMiner } from '../../templates/miner.ts';
import type { EvaluationProgress } from '../evaluation.ts';
import { labelledMessages, type LabelledMessages } from '../labelled-messages.ts';
import { accuracy, textAccuracy } from '../template-accuracy.ts';
import type { Protocol } from './protocol.ts';

/** Lines between two reports of progress. */
const REPORTED_LINES = 5_000;

interface Measured {
  readonly system: string;
  /** Grouping accuracy of the templates that lines had when they came. */
  readonly gaAtArrival: number;
  readonly ga: number;
  readonly fga: number;
  readonly pa: number;
  readonly fta: number;
}

export const loghub2k: Protocol = {
  name: 'loghub-2k',
  method:
    'messages of 16 systems, 2,000 each, one pass from the first line on, one configuration; means over systems, with merges resolved at the end of the pass; GA at arrival beside it',
  async run(data, progress) {
    const folder = join(data, 'loghub-2k');
    const all: Measured[] = [];
    for (const system of readdirSync(folder).toSorted())
      all.push(measured(labelledMessages(system, join(folder, system, `${system}_2k.log_structured.csv`)), progress));
    const mean = (figure: (one: Measured) => number): number =>
      all.reduce((sum, one) => sum + figure(one), 0) / all.length;
    return {
      unit: 'line',
      facts: {
        ...{ systems: all.length, gaAtArrival: mean(({ gaAtArrival }) => gaAtArrival), ga: mean(({ ga }) => ga) },
        ...{ fga: mean(({ fga }) => fga), pa: mean(({ pa }) => pa), fta: mean(({ fta }) => fta) },
        ...Object.fromEntries(
          all.map(({ system, ga, pa }) => [`${system} GA and PA`, `${ga.toFixed(3)} ${pa.toFixed(3)}`]),
        ),
      },
    };
  },
};

export const apacheFull: Protocol = {
  name: 'apache-full',
  method: 'the 51,978 messages of the full Apache log, as loghub-2k',
  async run(data, progress) {
    const file = join(data, 'apache-full/Apache_full.log_structured.csv.gz');
    const { gaAtArrival, ga, fga, pa, fta } = measured(labelledMessages('Apache', file), progress);
    return { unit: 'line', facts: { gaAtArrival, ga, fga, pa, fta } };
  },
};

function measured({ system, lines, labels, templates }: LabelledMessages, progress: EvaluationProgress): Measured {
  const miner = createTemplateMiner(engineSettings());
  const arrived = lines.map((line, i) => {
    if (i % REPORTED_LINES === 0) progress.lines(i);
    const bytes = Buffer.from(line);
    return miner.mine(bytes, 0, bytes.length);
  });
  const final = arrived.map((index) => miner.resolve(index));
  const { ga, fga } = accuracy(final, labels);
  const texts = textAccuracy(final, (index) => miner.text(index), labels, templates);
  return { system, gaAtArrival: accuracy(arrived, labels).ga, ga, fga, ...texts };
}
