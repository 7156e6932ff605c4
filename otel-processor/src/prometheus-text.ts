/** Metrics of one meter as Prometheus text, read when somebody asks for them. */
import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

export class PrometheusText {
  readonly #reader = new PrometheusExporter({ preventServerStart: true });
  /** Without target and scope: the text may be part of a larger one that says them. */
  readonly #serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  readonly #provider = new MeterProvider({ readers: [this.#reader] });

  /** What instruments are made with. */
  meter(name: string): Meter {
    return this.#provider.getMeter(name);
  }

  /** All metrics. */
  async text(): Promise<string> {
    const { resourceMetrics } = await this.#reader.collect();
    return this.#serializer.serialize(resourceMetrics);
  }

  async close(): Promise<void> {
    await this.#provider.shutdown();
  }
}
