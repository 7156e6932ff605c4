/**
 * The models that can look at whole windows, by the names of their methods. By default two of them do, what separates best
 * without false alarms at little cost (`unusual-windows.test.ts` measures all): the forest sees combinations, the neighbours
 * how far off things are.
 */
import { FIGURES } from '../windows/features.ts';
import type { FitModel } from './batch-model.ts';
import { WindowClusters } from './clusters/window-clusters.ts';
import { fitHalfSpaceTrees } from './forest/half-space-trees.ts';
import { DEFAULT_SHAPE, IsolationForest } from './forest/isolation-forest.ts';
import { LocalOutlierFactor } from './neighbours/local-outlier-factor.ts';
import { OneClassSvm } from './svm/one-class-svm.ts';

/** A model's place here is a part of its seed: new ones come last. */
const FITS = {
  // The log vector has more numbers than there are figures: without a lead they would hide these.
  'isolation-forest': (rows, seed) =>
    IsolationForest.fit(rows, seed, { ...DEFAULT_SHAPE, leading: FIGURES.length, beyond: true }),
  'local-outlier-factor': (rows) => new LocalOutlierFactor(rows),
  'half-space-trees': fitHalfSpaceTrees,
  'one-class-svm': (rows) => new OneClassSvm(rows),
  dbscan: (rows) => new WindowClusters(rows),
} satisfies Record<string, FitModel>;

export type WindowModelName = keyof typeof FITS;

export const WINDOW_MODELS = Object.keys(FITS) as [WindowModelName, ...WindowModelName[]];

export const DEFAULT_WINDOW_MODELS: readonly WindowModelName[] = ['isolation-forest', 'local-outlier-factor'];

export interface WindowModel {
  readonly name: WindowModelName;
  /** Its place among all models. */
  readonly place: number;
  readonly fit: FitModel;
}

/** The models of these names, in an order that does not depend on that of the names. */
export function windowModels(names: readonly WindowModelName[] = DEFAULT_WINDOW_MODELS): readonly WindowModel[] {
  return WINDOW_MODELS.map((name, place) => ({ name, place, fit: FITS[name] })).filter(({ name }) =>
    names.includes(name),
  );
}
