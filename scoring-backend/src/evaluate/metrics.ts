/**
 * Figures of merit of a detector on labelled units. Where a figure is not defined (no abnormal unit, nothing flagged) it
 * is `null`, not 0. Ties in the score are counted as ties: half a win for ROC-AUC, one step for PR-AUC.
 */
import { ABNORMAL, NORMAL } from './unit-scores.ts';

export interface Figures {
  /** Share of flagged units that are abnormal. */
  readonly precision: number | null;
  /** Share of abnormal units that are flagged. */
  readonly recall: number | null;
  readonly f1: number | null;
  /** Chance that an abnormal unit scores higher than a normal one. */
  readonly rocAuc: number | null;
  /** Average precision (area under the precision-recall steps). */
  readonly prAuc: number | null;
  readonly falsePositivesPer10000: number | null;
  readonly flagged: number;
  readonly truePositives: number;
  readonly falsePositives: number;
}

/**
 * @param labels 1 abnormal, 0 normal; others are left out
 * @param scores greater is odder
 * @param flagged 1 where the detector said "abnormal"
 */
export function figures(labels: Int8Array, scores: ArrayLike<number>, flagged: ArrayLike<number>): Figures {
  let truePositives = 0;
  let falsePositives = 0;
  let abnormal = 0;
  let normal = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === ABNORMAL) {
      abnormal++;
      truePositives += flagged[i];
    } else if (labels[i] === NORMAL) {
      normal++;
      falsePositives += flagged[i];
    }
  }
  const said = truePositives + falsePositives;
  const precision = said === 0 ? null : truePositives / said;
  const recall = abnormal === 0 ? null : truePositives / abnormal;
  const f1 = abnormal === 0 ? null : (2 * truePositives) / (said + abnormal);
  const areas = abnormal === 0 || normal === 0 ? { rocAuc: null, prAuc: null } : areasUnder(labels, scores);
  return {
    ...{ precision, recall, f1, ...areas },
    falsePositivesPer10000: normal === 0 ? null : (falsePositives / normal) * 10_000,
    ...{ flagged: said, truePositives, falsePositives },
  };
}

function areasUnder(labels: Int8Array, scores: ArrayLike<number>): { rocAuc: number; prAuc: number } {
  const order = [...labels.keys()].filter((i) => labels[i] === ABNORMAL || labels[i] === NORMAL);
  order.sort((a, b) => scores[b] - scores[a]);
  let [abnormal, normal, wins, precisionSum] = [0, 0, 0, 0];
  for (let from = 0; from < order.length;) {
    let [abnormalHere, normalHere, to] = [0, 0, from];
    for (; to < order.length && scores[order[to]] === scores[order[from]]; to++)
      if (labels[order[to]] === ABNORMAL) abnormalHere++;
      else normalHere++;
    wins += normalHere * (abnormal + abnormalHere / 2);
    abnormal += abnormalHere;
    normal += normalHere;
    precisionSum += abnormalHere * (abnormal / (abnormal + normal));
    from = to;
  }
  return { rocAuc: wins / (abnormal * normal), prAuc: precisionSum / abnormal };
}

/** The greatest F1 that any threshold on the score reaches: chosen on the answers, so it is a bound and no result. */
export function bestF1(labels: Int8Array, scores: ArrayLike<number>): number | null {
  const order = [...labels.keys()].filter((i) => labels[i] === ABNORMAL || labels[i] === NORMAL);
  const abnormal = order.filter((i) => labels[i] === ABNORMAL).length;
  if (abnormal === 0) return null;
  order.sort((a, b) => scores[b] - scores[a]);
  let best = 0;
  let found = 0;
  order.forEach((i, place) => {
    if (labels[i] === ABNORMAL) found++;
    const last = place + 1 === order.length || scores[order[place + 1]] !== scores[i];
    if (last) best = Math.max(best, (2 * found) / (place + 1 + abnormal));
  });
  return best;
}
