import { describe, expect, it } from 'vitest';
import { createMessageMiner } from '../../test/quality/calibration-miner.ts';
import { ShopLines, START_MS, type ShopLine } from '../../test/windows/shop-lines.ts';
import { explanationSchema } from '../api/explanation-schema.ts';
import { Engine } from '../engine/engine.ts';
import type { Anomaly } from '../engine/outputs.ts';
import { engineSettings } from '../engine/settings.ts';

/** Three healthy hours, then two minutes of a fault: the anomalies of windows that it raises. */
function anomaliesOf(fault: () => readonly ShopLine[]): Anomaly[] {
  const engine = new Engine(engineSettings(), createMessageMiner);
  const lines = new ShopLines();
  lines.feed([engine], 10_800);
  lines.feed([engine], 120, fault);
  engine.tick(START_MS);
  engine.tick(START_MS + 20_000);
  return engine.takeOutputs().anomalies.filter(({ unit, endMs }) => unit === 'window' && endMs > START_MS + 10_800_000);
}

describe('the explanation of a window', () => {
  it('names the template that floods, and without it the window is normal', () => {
    const anomalies = anomaliesOf(() => Array.from({ length: 6 }, () => ({ message: 'payment failed', severity: 17 })));
    expect(anomalies.length).toBeGreaterThan(0);
    for (const { explanation, magnitude, margin } of anomalies) {
      expect(explanation?.drivers[0]).toMatchObject({ template: 'payment failed' });
      expect(explanation?.drivers[0].actual).toBeGreaterThan(20 * (explanation?.drivers[0].expected ?? Infinity));
      const { check } = explanation ?? {};
      expect(check?.before).toBe(magnitude);
      expect(check?.after).toBeLessThan(magnitude - margin);
      expect(check?.weak).toBe(false);
      expect(check?.without).toMatch(/payment failed|errors/);
    }
  });

  it('shows the normal window that was most like it', () => {
    const [{ explanation, startMs }] = anomaliesOf(() =>
      Array.from({ length: 40 }, () => ({ message: 'request taken', severity: 9 })),
    );
    const { nearestNormal } = explanation ?? {};
    expect(nearestNormal?.startMs).toBeLessThan(startMs);
    expect(nearestNormal?.differences.map(({ feature }) => feature)).toContain('event_count');
    expect(explanation?.contributions.length).toBeGreaterThan(0);
  });

  it('is of the shape that the API promises', () => {
    const [{ explanation }] = anomaliesOf(() => [{ message: 'disk full', severity: 17 }]);
    expect(explanationSchema.parse(explanation)).toEqual(explanation);
  });
});
