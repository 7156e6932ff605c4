/** Values of HTTP parameters: learned on four fifths of the normal ones, judged on the other fifth and on all attacks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { SeededRandom } from '../../detectors/random.ts';
import { memoryInput } from '../memory-input.ts';
import { ABNORMAL, NORMAL } from '../unit-scores.ts';
import { evaluateAs, type Protocol } from './protocol.ts';

const SEED = 7;
const TRAIN_SHARE = 0.8;

export const httpParams: Protocol = {
  name: 'http-params',
  method: `learned on 80 % of the normal parameter values (seed ${SEED}), judged on the others and on all attacks; unit: value`,
  async run(data, progress) {
    const text = gunzipSync(readFileSync(join(data, 'security/http-params-train.csv.gz')));
    const rows: { payload: string; attack_type: string }[] = parse(text, { columns: true, relax_quotes: true });
    const random = new SeededRandom(SEED);
    const [train, normal, abnormal]: string[][] = [[], [], []];
    for (const { payload, attack_type: kind } of rows)
      if (kind !== 'norm') abnormal.push(payload);
      else (random.next() < TRAIN_SHARE ? train : normal).push(payload);
    const input = (name: string, payloads: readonly string[]): ReturnType<typeof memoryInput> =>
      memoryInput(
        name,
        Buffer.from(`payload\n${payloads.map((payload) => `"${payload.replaceAll('"', '""')}"\n`).join('')}`),
      );
    const test = [
      { input: input('normal', normal), label: NORMAL },
      { input: input('attacks', abnormal), label: ABNORMAL },
    ] as const;
    return evaluateAs({ format: 'csv', unit: 'line' }, [input('train', train)], test, progress);
  },
};
