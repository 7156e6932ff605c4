/**
 * The models that look at whole windows by default: what separates best without false alarms at little cost
 * (`unusual-windows.test.ts` measures all of them). The forest sees combinations, the neighbours how far off things are.
 */
import { FIGURES } from '../windows/features.ts';
import type { FitModel } from './batch-model.ts';
import { DEFAULT_SHAPE, IsolationForest } from './forest/isolation-forest.ts';
import { LocalOutlierFactor } from './neighbours/local-outlier-factor.ts';

/** The log vector has more numbers than there are figures: without a lead they would hide these. */
export const fitForest: FitModel = (rows, seed) =>
  IsolationForest.fit(rows, seed, { ...DEFAULT_SHAPE, leading: FIGURES.length });

export const DEFAULT_MODELS: readonly FitModel[] = [fitForest, (rows) => new LocalOutlierFactor(rows)];
