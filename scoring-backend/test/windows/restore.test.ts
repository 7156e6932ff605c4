import { expect, it } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { engineSettings } from '../../src/engine/settings.ts';
import { createMessageMiner } from '../quality/calibration-miner.ts';
import { ShopLines } from './shop-lines.ts';

it(
  'goes on from a snapshot with models at work as if nothing had been, explanations included',
  { timeout: 60_000 },
  () => {
    const engine = new Engine(engineSettings(), createMessageMiner);
    const lines = new ShopLines();
    lines.feed([engine], 9_000);
    engine.takeOutputs();
    const again = Engine.restore(engineSettings(), createMessageMiner, engine.snapshot());
    lines.feed([engine, again], 1_800);
    lines.feed([engine, again], 300, () => [{ message: 'payment failed', severity: 17 }]);
    const outputs = engine.takeOutputs();
    expect(outputs.anomalies.some(({ explanation }) => explanation?.check !== undefined)).toBe(true);
    expect(again.takeOutputs()).toEqual(outputs);
  },
);
