/** Ids in text form: of templates, and of anomalies (the same anomaly of the same stream has the same id in a replay). */
import type { StreamIdentity } from '../engine/stream-identity.ts';

/** 16 hex digits from two halves. */
export function hexId(high: number, low: number): string {
  const place = low & (REMEMBERED - 1);
  if (highs[place] === (high | 0) && lows[place] === (low | 0) && texts[place] !== '') return texts[place];
  highs[place] = high;
  lows[place] = low;
  return (texts[place] = (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0'));
}

/** Ids in text form made lately, by the lower bits: every record with a reason names its template. */
const REMEMBERED = 2048;
const highs = new Int32Array(REMEMBERED);
const lows = new Int32Array(REMEMBERED);
const texts = new Array<string>(REMEMBERED).fill('');

/** FNV-1a of stream, unit, start and size (or template), 64 bits as two independent 32-bit halves. */
export function anomalyId(stream: StreamIdentity, unit: string, startMs: number, what: string | number): string {
  const key = [stream.tenant, stream.namespace, stream.service, stream.environment, unit, startMs, what].join('\u0000');
  return hexId(hash(key, 0x811c9dc5), hash(key, 0x01234567));
}

function hash(text: string, basis: number): number {
  let h = basis;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  // FNV's last characters reach the upper bits only by a final mix (MurmurHash3's).
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
