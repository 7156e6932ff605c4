/** What the fake backend knows: services, their windows and anomalies. Made from numbers, the same at every run. */
import type { WireAnomaly, WireReason } from '@seismo/scoring-backend/api';

export interface Window {
  readonly startMs: number;
  readonly score: number;
  readonly margin: number;
  readonly records: number;
  readonly expectedLow: number;
  readonly expectedHigh: number;
}

export interface Scenario {
  readonly sizeMs: number;
  readonly windows: ReadonlyMap<string, readonly Window[]>;
  readonly anomalies: readonly WireAnomaly[];
}

const MARGIN_LINE = 4.5;
const SHOP = ['storefront', 'catalogue', 'cart', 'checkout', 'payment', 'shipping-worker', 'login', 'price-import'];
const FAULTY = ['payment', 'checkout'];

/** The demo shop in the hour before `toMs`: payment times out in the last minutes, and checkout suffers from it. */
export function shop(toMs: number, hours = 1): Scenario {
  const sizeMs = 30_000;
  const to = Math.floor(toMs / sizeMs) * sizeMs;
  const count = (hours * 3_600_000) / sizeMs;
  const windows = new Map<string, Window[]>();
  const anomalies: WireAnomaly[] = [];
  SHOP.forEach((service, s) => {
    const list = Array.from({ length: count }, (_, i) => {
      const startMs = to - (count - i) * sizeMs;
      const late = FAULTY.indexOf(service);
      const isFault = late >= 0 && i >= count - 14 + late * 4 && i < count - 3;
      const isBlip = service === 'login' && i === Math.floor(count * 0.4);
      const magnitude = isFault ? 7 - late : isBlip ? 4.9 : usual(s * 1000 + i);
      return windowOf(startMs, magnitude, 40 + 25 * s, isFault ? 2.6 : 1, noise(s * 77 + i));
    });
    windows.set(service, list);
    for (const window of list) if (window.margin > 0) anomalies.push(anomalyOf(service, window, sizeMs));
  });
  anomalies.sort((a, b) => b.startMs - a.startMs);
  return { sizeMs, windows, anomalies };
}

/** Many services, every hundredth with an anomaly. */
export function fleet(services: number, perService: number, toMs: number): Scenario {
  const sizeMs = 60_000;
  const to = Math.floor(toMs / sizeMs) * sizeMs;
  const windows = new Map<string, Window[]>();
  const anomalies: WireAnomaly[] = [];
  for (let s = 0; s < services; s++) {
    const service = `service-${String(s).padStart(4, '0')}`;
    const list = Array.from({ length: perService }, (_, i) => {
      const odd = s % 100 === 7 && i === perService - 5;
      return windowOf(to - (perService - i) * sizeMs, odd ? 6.2 : usual(s * 31 + i), 100, 1, noise(i));
    });
    windows.set(service, list);
    for (const window of list) if (window.margin > 0) anomalies.push(anomalyOf(service, window, sizeMs));
  }
  return { sizeMs, windows, anomalies };
}

export function nothing(): Scenario {
  return { sizeMs: 30_000, windows: new Map(), anomalies: [] };
}

function windowOf(startMs: number, magnitude: number, level: number, factor: number, jitter: number): Window {
  return {
    startMs,
    score: 1 - 2 ** (-magnitude / 2),
    margin: magnitude - MARGIN_LINE,
    records: Math.round(level * factor * (0.85 + 0.3 * jitter)),
    expectedLow: level * 0.7,
    expectedHigh: level * 1.35,
  };
}

function anomalyOf(
  service: string,
  { startMs, score, margin, records, expectedHigh }: Window,
  sizeMs: number,
): WireAnomaly {
  const template = 'payment gateway timed out after <num> ms, order <id>';
  const reasons: WireReason[] = [
    {
      kind: 'new_template',
      text: `A kind of message never seen in ${service} before came 31 times`,
      expected: 0,
      actual: 31,
      unit: 'records',
      magnitude: margin + MARGIN_LINE - 0.4,
      templateId: '9f3c2a7be1d04c55',
      template,
    },
    {
      kind: 'rate',
      text: `${service} wrote more than twice as much as usual`,
      expected: expectedHigh,
      actual: records,
      unit: 'records',
      magnitude: 3.1,
    },
  ];
  return {
    id: `${service}-${startMs}`,
    namespace: '',
    service,
    environment: '',
    unit: 'window',
    startMs,
    endMs: startMs + sizeMs,
    magnitude: margin + MARGIN_LINE,
    score,
    margin,
    confidence: 0.86,
    reasons,
    templateId: '9f3c2a7be1d04c55',
    template,
    examples: [0, 1, 2].map((i) => ({
      timeMs: startMs + 2100 + i * 7300,
      text: `payment gateway timed out after ${3000 + i * 17} ms, order 7f${i}b-11c${i}`,
      severity: 17,
      traceId: '',
      templateId: '9f3c2a7be1d04c55',
      line: i,
    })),
    model: 'seismo-0.1',
  };
}

/** A magnitude as normal windows have it: every tenth is 1 or more, every hundredth 2 or more. */
function usual(i: number): number {
  return Math.min(3.9, -Math.log10(1 - noise(i)));
}

/** A number in [0, 1) that looks random and is the same every time. */
function noise(i: number): number {
  const x = Math.sin(i * 12.9898 + 78.233) * 43758.5453;
  return x - Math.floor(x);
}
