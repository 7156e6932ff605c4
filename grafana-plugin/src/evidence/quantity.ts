/** Numbers of a reason with their unit. */
import type { WireReason } from '@seismo/scoring-backend/api';

/** @example quantity(0.031, 'share') // '3.1 %' */
export function quantity(value: number, unit: WireReason['unit']): string {
  if (unit === 'share') return `${round(value * 100)} %`;
  if (unit === 'seconds') return duration(value);
  // The text beside it names what is counted.
  if (unit === 'figure') return round(value);
  return `${round(value)} ${round(value) === '1' ? 'record' : 'records'}`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${round(seconds)} s`;
  if (seconds < 7200) return `${round(seconds / 60)} min`;
  return `${round(seconds / 3600)} h`;
}

function round(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
