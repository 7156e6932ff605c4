/** Numbers as they stand in real lines, and ones put far out; parameter-values.test.ts has made-up ones. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { auc } from '../../../test/windows/separation.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { SeededRandom } from '../random.ts';
import { NumberModel } from './number-model.ts';

/** The numbers that a pattern finds in a log, in order. */
function numbersIn(file: string, pattern: RegExp): number[] {
  const log = gunzipSync(readFileSync(join(referenceData ?? '', file))).toString('latin1');
  return Array.from(log.matchAll(pattern), ([, number]) => Number(number)).slice(0, 20_000);
}

describe('NumberModel', () => {
  it.for([
    ['seconds to start a machine', 'openstack/nova-sample.log.gz', /Took ([\d.]+) seconds to spawn/g, 0.95],
    ['sizes of blocks', 'hdfs-raw/hdfs.log.gz', /of size (\d+)/g, 0.95],
    // From empty answers to films: ten times a usual page is another usual page.
    ['bytes of web pages', 'web/apache-access.log.gz', /" 200 (\d+) /g, 0.7],
  ] as const)('tells %s from ten times and a tenth as much', ([, file, pattern, least], context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const numbers = numbersIn(file, pattern);
    expect(numbers.length).toBeGreaterThan(900);
    const model = new NumberModel();
    const [normal, odd]: number[][] = [[], []];
    numbers.forEach((number, i) => {
      if (i >= numbers.length / 3) normal.push(model.magnitude(number));
      if (i >= numbers.length / 3 && i % 7 === 0) odd.push(model.magnitude(i % 2 === 0 ? number * 10 : number / 10));
      model.learn(number);
    });
    expect(auc(normal, odd)).toBeGreaterThan(least);
    expect(normal.filter((magnitude) => magnitude >= 2).length / normal.length).toBeLessThan(0.03);
  });

  it('continues the same after it was saved', () => {
    const [random, model] = [new SeededRandom(2), new NumberModel()];
    const next = (): number => Math.exp(3 + random.normal());
    for (let i = 0; i < 500; i++) model.learn(next());
    const writer = new StateWriter();
    model.save(writer);
    const again = new NumberModel();
    again.load(new StateReader(writer.finish()));
    for (let i = 0; i < 500; i++) {
      const number = i % 50 === 0 ? 1_000 * next() : next();
      expect([again.values, again.magnitude(number), again.median()]).toEqual([
        model.values,
        model.magnitude(number),
        model.median(),
      ]);
      for (const one of [model, again]) one.learn(number);
    }
  });
});
