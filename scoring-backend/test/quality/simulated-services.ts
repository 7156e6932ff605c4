/** The judging services of the simulator, as the tests and the report run them; longer with SEISMO_SOAK=1. */
import { DEFAULT_ENGINE_SETTINGS } from '../../src/engine/settings.ts';
import { faultFreeWeeks, type FaultFreeRun } from '../simulator/fault-free-weeks.ts';
import { faultTrials, type Trial } from '../simulator/fault-trials.ts';
import { JUDGING } from '../simulator/shapes.ts';

export const LONG = process.env.SEISMO_SOAK === '1';
/** Two of the four services where time is short. */
const SERVICES = LONG ? JUDGING : JUDGING.slice(0, 2);
/** Detectors may be tried on other seeds, never on these. */
export const BUDGET_SEEDS = LONG ? [101, 102] : [101];
export const BUDGET_WEEKS = LONG ? 4 : 1;
export const FAULT_SEEDS = LONG ? [201, 202, 203, 204] : [201];
export const FAULT_DAYS = LONG ? 3 : 2;

export function budgetRun(): { runs: FaultFreeRun[]; promised: number; actual: number } {
  const runs = SERVICES.flatMap((shape) => BUDGET_SEEDS.map((seed) => faultFreeWeeks(shape, seed, BUDGET_WEEKS)));
  const promised = DEFAULT_ENGINE_SETTINGS.budgetPerWeek * BUDGET_WEEKS * runs.length;
  return { runs, promised, actual: runs.reduce((sum, run) => sum + run.episodes.length, 0) };
}

/** @returns `soon`: of the faults found, those within two minutes */
export function faultRun(): { trials: Trial[]; real: number; found: number; soon: number } {
  const trials = SERVICES.flatMap((shape) => FAULT_SEEDS.flatMap((seed) => faultTrials(shape, seed, FAULT_DAYS)));
  const real = trials.filter((trial) => trial.fault !== 'none');
  const found = real.filter((trial) => trial.found);
  return {
    trials,
    real: real.length,
    found: found.length,
    soon: found.filter(({ afterMs }) => afterMs <= 120_000).length,
  };
}
