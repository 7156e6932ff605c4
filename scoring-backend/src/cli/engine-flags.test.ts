import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIRST_MS, LogFolder, parsed, quietLogWithFault, type JsonAnomaly } from '../../test/scan-log.ts';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { scoreOfMagnitude } from '../calibration/score.ts';
import { DETECTOR_FAMILIES, type DetectorFamily } from '../detectors/families.ts';
import { SeededRandom } from '../detectors/random.ts';
import { Engine } from '../engine/engine.ts';
import type { EngineOutputs } from '../engine/outputs.ts';
import { type EngineSettings, engineSettings } from '../engine/settings.ts';
import { evaluate } from '../evaluate/evaluation.ts';
import { evaluationOptions } from '../evaluate/evaluation-options.ts';
import { fileRecords } from '../sources/files.ts';
import { openLogInput } from '../sources/log-input.ts';
import { createTemplateMiner } from '../templates/miner.ts';
import { runSeismo } from './seismo-process.ts';

const TIMEOUT = { timeout: 120_000 };
const MINUTE_MS = 60_000;
const ALL_BUT = (family: DetectorFamily): DetectorFamily[] => DETECTOR_FAMILIES.filter((other) => other !== family);

const UNITS = [{ window: '60s' }, { window: '100l' }, { unit: 'line' }, { unit: 'file' }];

const logs = new LogFolder();
let fault: string;
let traffic: string;

/** What an engine with these settings says of a file, as a server's does. */
async function engineOf(path: string, settings: Partial<EngineSettings>): Promise<EngineOutputs> {
  const engine = new Engine(engineSettings(settings), createTemplateMiner);
  for await (const { batch } of fileRecords(await openLogInput(path), engine))
    engine.score(batch, VerdictBatch.create(batch.records), { learn: true });
  return engine.takeOutputs();
}

async function scanned(path: string, ...flags: string[]): Promise<readonly JsonAnomaly[]> {
  const { code, stdout, stderr } = await runSeismo(['scan', '--json', ...flags, path]);
  expect([code, stderr]).toEqual([0, '']);
  return parsed(stdout).anomalies;
}

/** The score of each minute, by its time. */
async function minutes(path: string, ...flags: string[]): Promise<Map<string, number>> {
  const scores = await logs.file('scores.csv', '');
  const args = ['evaluate', '--test', path, '--window', '60s', '--warm-up', '0', '--scores', scores, ...flags];
  const { code, stderr } = await runSeismo(args);
  expect([code, stderr]).toEqual([0, '']);
  const rows = readFileSync(scores, 'utf8').trim().split('\n').slice(1);
  return new Map(rows.map((row) => row.split(',')).map(([time, , score]) => [time, Number(score)]));
}

/** A line per request, three hours, at a rate that wanders. */
function wanderingTraffic(): string[] {
  const random = new SeededRandom(5);
  return Array.from({ length: 180 }, (_, minute) => {
    const requests = 10 + random.below(20);
    return Array.from({ length: requests }, (_, i) => {
      const time = new Date(FIRST_MS + minute * MINUTE_MS + Math.floor((i * MINUTE_MS) / requests)).toISOString();
      const what = ['request taken', 'answer sent', 'cache missed', 'order stored'][random.below(4)];
      return `${time} INFO ${what} after ${random.below(90)} ms`;
    });
  }).flat();
}

beforeAll(async () => {
  fault = await logs.file('fault.log', quietLogWithFault().join('\n'));
  traffic = await logs.file('traffic.log', wanderingTraffic().join('\n'));
});
afterAll(() => logs.remove());

const kindsOf = (anomalies: readonly JsonAnomaly[]): Set<string> =>
  new Set(anomalies.flatMap(({ reasons }) => reasons.map(({ kind }) => kind)));

describe('--engine-detectors-off', TIMEOUT, () => {
  it('takes a family’s reasons from a scan, and leaves what an engine without it says', async () => {
    const all = await scanned(fault);
    const without = await scanned(fault, '--engine-detectors-off', 'error-rate');
    expect(kindsOf(all)).toContain('error_rate');
    expect(kindsOf(without)).not.toContain('error_rate');
    expect(without.length).toBeGreaterThan(0);
    const { anomalies } = await engineOf(fault, { detectorsOff: ['error-rate'] });
    const said = ({ unit, magnitude, margin, confidence, reasons }: JsonAnomaly): unknown => {
      return { unit, magnitude, margin, confidence, kinds: reasons.map(({ kind }) => kind) };
    };
    expect(without.map(said)).toEqual(anomalies.map((one) => said(one as unknown as JsonAnomaly)));
  });

  it.each(UNITS)('judges by what is left, and nothing is odd where nothing is: %j', async (unit) => {
    const oddest = async (detectorsOff: readonly DetectorFamily[]): Promise<number> => {
      const options = evaluationOptions({ ...unit, test: [fault], warmUp: '0' }, engineSettings({ detectorsOff }));
      const test = [traffic, fault].map(async (path) => ({ input: await openLogInput(path), label: undefined }));
      const { units } = await evaluate(options, [], await Promise.all(test), { reading() {}, lines() {} });
      return Math.max(...units.magnitudes.subarray(0, units.size));
    };
    expect(await oddest([])).toBeGreaterThan(0.3);
    expect(await oddest(DETECTOR_FAMILIES)).toBeCloseTo(0, 9);
  });
});

describe('--engine-window-models', TIMEOUT, () => {
  it('has windows judged as an engine with these models does it', async () => {
    const detectorsOff = ALL_BUT('unusual-windows');
    const only = ['--engine-detectors-off', detectorsOff.join(',')];
    const chosen = await minutes(traffic, ...only, '--engine-window-models', 'dbscan, half-space-trees');
    const byDefault = await minutes(traffic, ...only);
    const { windows } = await engineOf(traffic, { detectorsOff, windowModels: ['half-space-trees', 'dbscan'] });
    const scores = windows
      .filter(({ sizeMs }) => sizeMs === MINUTE_MS)
      .map(({ startMs, magnitude }) => [new Date(startMs).toISOString(), scoreOfMagnitude(magnitude)] as const);
    expect(scores.filter(([, score]) => score > 0).length).toBeGreaterThan(20);
    for (const [time, score] of scores) expect(chosen.get(time), time).toBe(score);
    expect(scores.some(([time, score]) => byDefault.get(time) !== score)).toBe(true);
  });
});

describe('What is no family or model', TIMEOUT, () => {
  it.each([
    [
      ['scan', '--engine-detectors-off', 'rate,novelti'],
      /engine\.detectorsOff.* must be one of .*got "novelti"; did you mean "novelty"/,
    ],
    [
      ['evaluate', '--engine-window-models', 'svm', '--test'],
      /engine\.windowModels.* must be one of .*'one-class-svm'.*got "svm"/,
    ],
    [['scan', '--engine-window-models', ''], /engine\.windowModels must name a model, got \[\]/],
  ])('is refused with the words of the server: %j', async (flags, words) => {
    const { code, stdout, stderr } = await runSeismo([...flags, fault]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
  });

  it('is refused where one family judges, and where a protocol fixes what judges', async () => {
    const off = ['--engine-detectors-off', 'rate'];
    for (const args of [
      ['evaluate', '--session-pattern', 'request (\\d+)', '--test', fault],
      ['evaluate', 'hdfs-raw'],
    ]) {
      const { code, stderr } = await runSeismo([...args, ...off]);
      expect(code, args.join(' ')).toBe(2);
      expect(stderr).toContain('--engine-detectors-off is');
    }
  });
});
