/** What is found about a closed window. */
import type { Evidence } from '../../detectors/detector.ts';
import type { TemplateCount } from '../../detectors/rate/template-rate.ts';
import type { CheckResult } from '../../explain/check.ts';
import type { NearestNormal } from '../../explain/explanation.ts';

/** Of a flagged window: the verdict without its causes, and what is normal and most like it. */
export interface Explained {
  readonly check?: CheckResult;
  readonly nearestNormal?: NearestNormal | undefined;
}

export interface WindowJudgement extends Explained {
  readonly magnitude: number;
  readonly margin: number;
  readonly confidence: number;
  /** Most important first. */
  readonly evidence: readonly Evidence[];
  /** The band that 90 % of normal windows' record counts lie in. */
  readonly band: readonly [number, number];
  /** What the window held; empty for the windows of which that is not told. */
  readonly counts: readonly TemplateCount[];
  /** Hours that an odd state has lasted when it is accepted as the new normal, else 0. */
  readonly acceptedAfterHours: number;
}
