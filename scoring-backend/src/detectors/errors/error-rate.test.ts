import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { Random } from '../../../test/quality/calibration-traffic.ts';
import { PlainWindows } from '../../../test/windows/plain-windows.ts';
import { auc } from '../../../test/windows/separation.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { ErrorRate } from './error-rate.ts';

describe('the error rate', () => {
  it('separates windows with a tenth of errors from those with one in a hundred', () => {
    const [windows, random, detector] = [new PlainWindows(), new Random(1), new ErrorRate()];
    const [normal, odd]: number[][] = [[], []];
    for (let i = 0; i < 1_000; i++) {
      const isOdd = i > 200 && i % 20 === 0;
      const records = 20 + random.poisson(80);
      const window = windows.next([records], Math.min(records, random.poisson(records * (isOdd ? 0.1 : 0.01))));
      if (i > 200) (isOdd ? odd : normal).push(detector.judge(window).magnitude);
      if (!isOdd) detector.learn(window);
    }
    expect(auc(normal, odd)).toBeGreaterThan(0.95);
    expect(normal.filter((magnitude) => magnitude >= 2).length / normal.length).toBeLessThan(0.02);
  });

  it('separates the windows with alarms of a supercomputer’s log by the severity in its lines', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const log = gunzipSync(readFileSync(join(referenceData ?? '', 'bgl-100k/bgl.log.gz'))).toString('latin1');
    const [windows, detector] = [new PlainWindows(), new ErrorRate()];
    const [normal, odd]: number[][] = [[], []];
    const lines = log.split('\n');
    for (let at = 0; at + 100 <= lines.length; at += 100) {
      const part = lines.slice(at, at + 100);
      const window = windows.next([100], part.filter((line) => / (FATAL|ERROR|SEVERE) /.test(line)).length);
      const isOdd = part.some((line) => !line.startsWith('- '));
      if (at >= 20_000) (isOdd ? odd : normal).push(detector.judge(window).magnitude);
      if (!isOdd) detector.learn(window);
    }
    expect(auc(normal, odd)).toBeGreaterThan(0.6);
  });

  it('continues the same after it was saved', () => {
    const [windows, random, detector] = [new PlainWindows(), new Random(2), new ErrorRate()];
    for (let i = 0; i < 100; i++) detector.learn(windows.next([50], random.poisson(0.5)));
    const writer = new StateWriter();
    detector.save(writer);
    const again = new ErrorRate();
    again.load(new StateReader(writer.finish()));
    for (const errors of [0, 3, 30]) {
      const window = windows.next([50], errors);
      expect(again.judge(window)).toEqual(detector.judge(window));
    }
  });
});
