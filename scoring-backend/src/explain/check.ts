/**
 * The test of an explanation: the verdict again, without the causes that were named, one after the other until it would be
 * no anomaly any more. If it stays one, or hardly changes, the reasons do not explain it, and the check says so.
 */
import type { Evidence } from '../detectors/detector.ts';
import type { AlteredWindow } from './altered-window.ts';

export interface CheckResult {
  /** The causes that were taken away. */
  readonly causes: readonly Evidence[];
  readonly before: number;
  readonly after: number;
  /** It would still be an anomaly. */
  readonly remains: boolean;
}

/** What a check says, whatever was taken away. */
export type Outcome = Pick<CheckResult, 'before' | 'after' | 'remains'>;

/** M of a window when findings of these kinds are not heard. */
export type Rejudge = (window: AlteredWindow['window'], unheard: ReadonlySet<Evidence['kind']>) => number;

/**
 * @param evidence most important first
 * @param budget M from which it is an anomaly
 */
export function checkCauses(
  altered: AlteredWindow,
  evidence: readonly Evidence[],
  before: number,
  budget: number,
  rejudge: Rejudge,
): CheckResult {
  const causes: Evidence[] = [];
  const unheard = new Set<Evidence['kind']>();
  let after = before;
  for (const cause of evidence.slice(0, MOST_CAUSES)) {
    if (cause.magnitude < WORTH_TELLING && causes.length > 0) break;
    if (!altered.remove(cause)) unheard.add(cause.kind);
    causes.push(cause);
    after = rejudge(altered.window, unheard);
    if (after <= budget) break;
  }
  return { causes, before, after, remains: after > budget };
}

/** Taking the causes away lowers M by less than this: the unit becomes less than ten times as usual. */
const LITTLE = 1;
/** Less rare than 1 in 3. */
const QUITE_NORMAL = 0.45;
/** Causes that are told, and so tried. */
const MOST_CAUSES = 3;
const WORTH_TELLING = 1.3;

/** Do the causes not explain the verdict? */
export function isWeak({ before, after, remains }: Outcome): boolean {
  return remains || before - after < LITTLE;
}

/** One sentence: the verdict before and after. @param what the causes, in words */
export function checkText(result: Outcome, what: string): string {
  const { before, after, remains } = result;
  const change = `${rarityOf(before)} → ${rarityOf(after)}`;
  if (before - after < LITTLE)
    return `without ${what}: ${change}. Removing it changes little, the cause may be another`;
  if (remains) return `without ${what}: ${change}. It explains a part, what is left is still an anomaly`;
  return `without ${what}: ${change}`;
}

/** "1 in 20,000", to one significant digit. */
function rarityOf(magnitude: number): string {
  if (magnitude > 12) return 'less than 1 in 10^12';
  if (magnitude < QUITE_NORMAL) return 'quite normal';
  const odds = Number((10 ** magnitude).toPrecision(1));
  return `1 in ${String(odds).replaceAll(/\B(?=(\d{3})+$)/g, ',')}`;
}
