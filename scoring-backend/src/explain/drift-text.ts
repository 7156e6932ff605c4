/** A drift in words for people. */
import type { Drift } from '../engine/outputs.ts';
import { amount } from './reasons.ts';

/** `the share of errors has risen by 3.2 of its usual spreads (ADWIN)` */
export function driftText({ figure, test, shift, release }: Omit<Drift, 'stream' | 'timeMs' | 'sinceMs'>): string {
  if (figure === 'release') {
    const what = test === 'version' ? `version ${release?.version ?? ''} came` : 'the service was started';
    return `${what}, with ${amount(shift)} new kinds of message`;
  }
  if (figure === 'windows' || figure === 'sessions')
    return `odd ${figure} for ${amount(shift)} hours: this is taken as normal from now on`;
  const change = shift > 0 ? 'risen' : 'fallen';
  return `${NAMES[figure]} has ${change} by ${amount(Math.abs(shift))} of its usual spreads (${test})`;
}

const NAMES = {
  event_count: 'the number of records',
  error_rate: 'the share of errors',
  response_time_avg: 'the response time',
  oov_rate: 'the share of records of new templates',
  anomaly_rate: 'the oddness of windows',
} as const;
