/** A drift in words for people. */
import type { CorrelationDetail } from '../engine/correlation-detail.ts';
import type { Drift } from '../engine/outputs.ts';
import { amount } from './reasons.ts';

/** `the share of errors has risen by 3.2 of its usual spreads (ADWIN)` */
export function driftText({
  figure,
  test,
  shift,
  release,
  correlation,
  timeMs,
  sinceMs,
}: Omit<Drift, 'stream'>): string {
  if (correlation !== undefined) return partingText(correlation, timeMs - sinceMs);
  if (figure === 'release') {
    const what = test === 'version' ? `version ${release?.version ?? ''} came` : 'the service was started';
    return `${what}, with ${amount(shift)} new kinds of message`;
  }
  if (figure === 'windows' || figure === 'sessions')
    return `odd ${figure} for ${amount(shift)} hours: this is taken as normal from now on`;
  const change = shift > 0 ? 'risen' : 'fallen';
  if (figure === 'correlation') return `it no longer moves with another service (${test})`;
  return `${NAMES[figure]} has ${change} by ${amount(Math.abs(shift))} of its usual spreads (${test})`;
}

function partingText({ with: other, others, expected, actual }: CorrelationDetail, lastedMs: number): string {
  const names = others.slice(0, MOST_NAMED).map(({ service }) => service);
  if (others.length > MOST_NAMED) names.push(`${others.length - MOST_NAMED} more`);
  const also = names.length === 0 ? '' : `, nor with ${names.join(', ')}`;
  return (
    `records no longer rise and fall with those of ${other.service}${also}: ` +
    `a correlation of ${expected.toFixed(2)} was normal, it is ${actual.toFixed(2)} for ${Math.round(lastedMs / 60_000)} min`
  );
}

const MOST_NAMED = 3;

const NAMES = {
  event_count: 'the number of records',
  error_rate: 'the share of errors',
  response_time_avg: 'the response time',
  oov_rate: 'the share of records of new templates',
  anomaly_rate: 'the oddness of windows',
} as const;
