import { FieldType, toDataFrame, type DataFrame } from '@grafana/data';
import { describe, expect, it } from 'vitest';
import { stripRows } from './strip-rows.ts';

function series(
  name: string,
  service: string,
  values: (number | null)[],
  labels: Record<string, string> = {},
): DataFrame {
  return toDataFrame({
    refId: 'A',
    fields: [
      { name: 'time', type: FieldType.time, values: values.map((_, i) => i * 30_000), config: { interval: 30_000 } },
      { name, type: FieldType.number, values, labels: { service, ...labels } },
    ],
  });
}

function anomalies(
  rows: { service: string; time: number; score: number; reason?: string; environment?: string }[],
): DataFrame {
  return toDataFrame({
    refId: 'B',
    fields: [
      { name: 'time', type: FieldType.time, values: rows.map(({ time }) => time) },
      { name: 'timeEnd', type: FieldType.time, values: rows.map(({ time }) => time + 30_000) },
      { name: 'service', type: FieldType.string, values: rows.map(({ service }) => service) },
      { name: 'environment', type: FieldType.string, values: rows.map(({ environment = '' }) => environment) },
      { name: 'score', type: FieldType.number, values: rows.map(({ score }) => score) },
      { name: 'margin', type: FieldType.number, values: rows.map(() => 1) },
      { name: 'reason', type: FieldType.string, values: rows.map(({ reason = '' }) => reason) },
    ],
  });
}

describe('the rows of the strip', () => {
  it('are one per stream, with every number of it', () => {
    const rows = stripRows([
      series('score', 'cart', [0.1, 0.2]),
      series('margin', 'cart', [-1, -2]),
      series('score', 'cart', [0.3], { environment: 'staging' }),
    ]);
    expect(rows.map(({ label }) => label).sort()).toEqual(['cart', 'cart · staging']);
    expect(Object.keys(rows.find(({ label }) => label === 'cart')?.series ?? {})).toEqual(['score', 'margin']);
    expect(rows[0].sizeMs).toBe(30_000);
  });

  it('come with anomalies first, then by rarity, then by name', () => {
    const rows = stripRows([
      series('score', 'quiet', [0.9]),
      series('score', 'b', [0.2]),
      series('score', 'a', [0.2]),
      series('score', 'flagged', [0.6]),
      anomalies([{ service: 'flagged', time: 0, score: 0.6 }]),
    ]);
    expect(rows.map(({ label }) => label)).toEqual(['flagged', 'quiet', 'a', 'b']);
  });

  it('put an anomaly on its own stream only', () => {
    const rows = stripRows([
      series('score', 'cart', [0.9], { environment: 'prod' }),
      series('score', 'cart', [0.9], { environment: 'test' }),
      anomalies([{ service: 'cart', environment: 'test', time: 0, score: 0.9, reason: 'odd' }]),
    ]);
    expect(rows.map(({ label, marks }) => [label, marks.map(({ reason }) => reason)])).toEqual([
      ['cart · test', ['odd']],
      ['cart · prod', []],
    ]);
  });

  it('mark windows over the line when no table of anomalies was asked for', () => {
    const [row] = stripRows([series('score', 'cart', [0.1, 0.95, 0.2]), series('margin', 'cart', [-3, 1.5, null])]);
    expect(row.marks).toMatchObject([{ startMs: 30_000, endMs: 60_000, score: 0.95, margin: 1.5 }]);
  });

  it('know a number by the query when its column has another name', () => {
    const [row] = stripRows([series('Value', 'cart', [1, 2])], { A: 'margin' });
    expect(Object.keys(row.series)).toEqual(['margin']);
  });

  it('leave out what is neither scores nor anomalies', () => {
    const text = toDataFrame({ fields: [{ name: 'template', type: FieldType.string, values: ['x'] }] });
    expect(stripRows([text, toDataFrame({ fields: [] })])).toEqual([]);
  });
});
