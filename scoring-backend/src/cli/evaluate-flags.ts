/** The flags of `seismo evaluate`, as they came. */
import type { EvaluationFlags } from '../evaluate/evaluation-options.ts';
import type { EngineFlags } from './engine-flags.ts';

export interface EvaluateFlags extends EvaluationFlags, EngineFlags {
  readonly data?: string;
  readonly json: boolean;
  readonly scores?: string;
}
