import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { areaUnderCurve } from '../../../test/quality/area-under-curve.ts';
import { StringModel } from './string-model.ts';

const encoder = new TextEncoder();

function modelOf(values: readonly string[]): StringModel {
  const model = new StringModel();
  for (const value of values) model.learn(encoder.encode(value));
  return model;
}

const magnitude = (model: StringModel) => (value: string) => model.magnitude(encoder.encode(value));
const names = Array.from(
  { length: 500 },
  (_, i) => `${'anna berta cecil dora emil'.split(' ')[i % 5]}${(i * 37) % 97}`,
);

describe('StringModel', () => {
  it('says nothing before it has learned anything', () => {
    expect(new StringModel().magnitude(encoder.encode("x' or 1=1"))).toBe(0);
  });

  it('tells injected values from normal ones', () => {
    const model = modelOf(names.slice(0, 250));
    const injected = ["anna' or 1=1", '<script>', '../../etc/passwd', 'a;id', 'berta--', 'x'.repeat(90)];
    const normal = names.slice(250).map(magnitude(model));
    expect(areaUnderCurve(injected.map(magnitude(model)), normal)).toBeGreaterThan(0.98);
    expect(normal.filter((m) => m >= 2).length).toBeLessThanOrEqual(normal.length * 0.02);
  });

  it('finds attacks among HTTP parameters: AUC .99 and more, at most 1 % false alarms, learned on half of the normal ones', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const file = gunzipSync(readFileSync(join(referenceData ?? '', 'security/http-params-train.csv.gz')));
    const rows = parse(file, { columns: true, relax_column_count: true, relax_quotes: true }) as Record<
      string,
      string
    >[];
    const normal = rows.filter((row) => row.attack_type === 'norm').map((row) => row.payload);
    const attacks = rows.filter((row) => row.attack_type !== 'norm').map((row) => row.payload);
    expect(normal.length).toBeGreaterThan(12_000);
    const isTraining = (i: number): boolean => (i * 0.6180339887) % 1 < 0.5;
    const model = modelOf(normal.filter((_, i) => isTraining(i)));
    const tested = normal.filter((_, i) => !isTraining(i)).map(magnitude(model));
    const found = attacks.map(magnitude(model));
    expect(areaUnderCurve(found, tested)).toBeGreaterThan(0.99);
    // M 3 is 1 in 1,000: what it promises, and more than nine attacks of ten.
    expect(tested.filter((m) => m >= 3).length / tested.length).toBeLessThan(0.003);
    expect(found.filter((m) => m >= 3).length / found.length).toBeGreaterThan(0.95);
  });

  it('keeps its answers when saved, loaded, and when its counts are halved', () => {
    const model = modelOf(names);
    const to = new StateWriter();
    model.save(to);
    const loaded = new StringModel();
    loaded.load(new StateReader(to.finish()));
    for (const value of ['anna7', "x'--", '']) expect(magnitude(loaded)(value)).toBe(magnitude(model)(value));
    for (let i = 0; i < 40_000; i++) loaded.learn(encoder.encode('aaaa'));
    expect(magnitude(loaded)('aaaa')).toBeLessThan(1);
    expect(magnitude(loaded)("a'--")).toBeGreaterThan(3);
    expect(loaded.values).toBeLessThan(40_500);
  });
});
