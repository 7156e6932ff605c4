/** All faults of the demo shop, in the order in which a demo left running shows them. */
import type { Fault } from './fault.ts';
import { badRelease } from './faults/bad-release.ts';
import { loginBruteForce } from './faults/login-brute-force.ts';
import { paymentTimeouts } from './faults/payment-timeouts.ts';
import { silentCron } from './faults/silent-cron.ts';
import { stuckQueue } from './faults/stuck-queue.ts';

export const FAULTS: readonly Fault[] = [paymentTimeouts, badRelease, stuckQueue, silentCron, loginBruteForce];

export function faultNamed(name: string): Fault | undefined {
  return FAULTS.find((fault) => fault.name === name);
}
