/**
 * How the processor reports on itself: the metrics of metrics-table.ts, as Prometheus text, and the logger. Where the
 * process has an OpenTelemetry SDK (telemetry-export.ts), the same metrics go to its meter, too.
 * Everything is recorded once per batch, never per record.
 */
import { metrics } from '@opentelemetry/api';
import type { Attributes, Counter, Histogram, ObservableCallback, ObservableGauge } from '@opentelemetry/api';
import { serviceLogger, type Logger } from './logger.ts';
import { METRICS } from './metrics-table.ts';
import type { CounterName, GaugeName, HistogramName } from './metrics-table.ts';
import { PrometheusText } from './prometheus-text.ts';

export type { Logger } from './logger.ts';

/** A logger that writes JSON lines to standard error; each line has a stable `event` name. */
export function createLogger(level: string): Logger {
  return serviceLogger('otel-processor', level);
}

const METER = 'seismo.otel-processor';
/** Buckets for waits that are mostly around a millisecond and at worst the longest time-out. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30];

export class Telemetry {
  readonly #own = new PrometheusText();
  /** Of the process' own SDK; they do nothing where there is none. */
  readonly #counters = new Map<CounterName, Counter>();
  readonly #histograms = new Map<HistogramName, Histogram[]>();
  readonly #observed: [ObservableGauge, ObservableCallback][] = [];
  readonly #gauges = new Map<GaugeName, { attributes: Attributes; read: () => number }[]>();
  /** Sums by counter and the values of its attributes: cheaper to add to than an instrument, and read when asked for. */
  readonly #sums = new Map<CounterName, Map<string, { readonly attributes: Attributes; value: number }>>();

  constructor() {
    const own = this.#own.meter(METER);
    const process = metrics.getMeter(METER);
    const meters = [own, process];
    for (const { name, kind, unit, meaning } of METRICS) {
      const options = { unit, description: meaning };
      const advice = { explicitBucketBoundaries: SECONDS };
      if (kind === 'counter') {
        const sums = new Map<string, { readonly attributes: Attributes; value: number }>();
        this.#sums.set(name, sums);
        this.#counters.set(name, process.createCounter(name, options));
        own.createObservableCounter(name, options).addCallback((result) => {
          for (const { attributes, value } of sums.values()) result.observe(value, attributes);
        });
      } else if (kind === 'histogram')
        this.#histograms.set(
          name,
          meters.map((meter) => meter.createHistogram(name, { ...options, advice })),
        );
      else {
        const readings: { attributes: Attributes; read: () => number }[] = [];
        this.#gauges.set(name, readings);
        const observe: ObservableCallback = (result) => {
          for (const { attributes, read } of readings) result.observe(read(), attributes);
        };
        for (const meter of meters) {
          const gauge = meter.createObservableGauge(name, options);
          gauge.addCallback(observe);
          this.#observed.push([gauge, observe]);
        }
      }
    }
  }

  count(name: CounterName, value: number, attributes: Attributes = {}): void {
    if (value === 0) return;
    this.#counters.get(name)?.add(value, attributes);
    let key = '';
    for (const attribute in attributes) key += `${String(attributes[attribute])}\0`;
    const sums = this.#sums.get(name);
    const sum = sums?.get(key);
    if (sum === undefined) sums?.set(key, { attributes, value });
    else sum.value += value;
  }

  /** Records a wait that began at `startMs` (performance.now()). */
  waited(name: HistogramName, startMs: number): void {
    const seconds = (performance.now() - startMs) / 1000;
    for (const histogram of this.#histograms.get(name) ?? []) histogram.record(seconds);
  }

  /** Has a gauge read whenever metrics are asked for. */
  gauge(name: GaugeName, read: () => number, attributes: Attributes = {}): void {
    this.#gauges.get(name)?.push({ attributes, read });
  }

  /** What a counter has come to, for one value of its last attribute. */
  total(name: CounterName, value?: string): number {
    let total = 0;
    for (const sum of this.#sums.get(name)?.values() ?? [])
      if (value === undefined || Object.values(sum.attributes).at(-1) === value) total += sum.value;
    return total;
  }

  /** All metrics as Prometheus text. */
  text(): Promise<string> {
    return this.#own.text();
  }

  async close(): Promise<void> {
    for (const [gauge, observe] of this.#observed) gauge.removeCallback(observe);
    await this.#own.close();
  }
}
