/**
 * Twelve kinds of faults in simulated services that the engine has known for some days: how many are found at the
 * default budget, and how soon. The services judged here are the JUDGING ones: nothing was tuned to their shapes and seeds.
 */
import { describe, expect, it } from 'vitest';
import type { Trial } from '../simulator/fault-trials.ts';
import { SIMULATED } from './floors.ts';
import { FAULTS } from '../simulator/faults.ts';
import { faultRun, LONG } from './simulated-services.ts';

function report(trials: readonly Trial[]): void {
  for (const fault of new Set(trials.map((trial) => trial.fault))) {
    const of = trials.filter((trial) => trial.fault === fault);
    const found = of.filter((trial) => trial.found);
    const times = found.map(({ afterMs, cause }) => `${Math.round(afterMs / 1000)} s (${cause})`);
    process.stdout.write(`  ${fault.padEnd(20)} ${found.length} of ${of.length}   ${times.join(', ')}\n`);
  }
}

describe('Faults of twelve kinds', () => {
  it(
    'are mostly found at the default budget, many of them within two minutes',
    { timeout: LONG ? 3_600_000 : 600_000 },
    () => {
      const { trials, real, found, soon } = faultRun();
      report(trials);
      process.stdout.write(`  ${found} of ${real} found, ${soon} of them within two minutes\n`);
      expect(FAULTS).toHaveLength(12);
      expect(found / real).toBeGreaterThanOrEqual(SIMULATED.faultsFound.held);
      expect(soon / found).toBeGreaterThanOrEqual(SIMULATED.foundWithinTwoMinutes.held);
      // Without a fault hardly anything is found: what is found is found for a reason.
      const none = trials.filter((trial) => trial.fault === 'none');
      expect(none.filter((trial) => trial.found).length / none.length).toBeLessThanOrEqual(0.25);
    },
  );
});
