/** The log of one service of the shop: an OpenTelemetry logger of its own resource, sent over OTLP/HTTP in batches. */
import { type Logger, SeverityNumber } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';

/** How long records wait for company, in ms: short, so that the demo is near real time. */
const BATCH_DELAY_MS = 500;

export class ServiceLog {
  readonly service: string;
  readonly #logsUrl: string;
  #provider: LoggerProvider;
  #logger: Logger;

  /** @param logsUrl where records go, for example `http://127.0.0.1:4318/v1/logs` */
  constructor(service: string, version: string, logsUrl: string) {
    this.service = service;
    this.#logsUrl = logsUrl;
    [this.#provider, this.#logger] = this.#open(version);
  }

  info(message: string): void {
    this.#emit(SeverityNumber.INFO, 'INFO', message);
  }

  warn(message: string): void {
    this.#emit(SeverityNumber.WARN, 'WARN', message);
  }

  error(message: string): void {
    this.#emit(SeverityNumber.ERROR, 'ERROR', message);
  }

  /** From now on records carry another `service.version`, as after a deployment. */
  async release(version: string): Promise<void> {
    const before = this.#provider;
    [this.#provider, this.#logger] = this.#open(version);
    await before.shutdown();
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    await this.#provider.shutdown();
  }

  #open(version: string): [LoggerProvider, Logger] {
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({
        'service.name': this.service,
        'service.version': version,
      }),
      processors: [
        new BatchLogRecordProcessor({
          exporter: new OTLPLogExporter({ url: this.#logsUrl, timeoutMillis: 5_000 }),
          scheduledDelayMillis: BATCH_DELAY_MS,
        }),
      ],
    });
    return [provider, provider.getLogger('demo-shop')];
  }

  #emit(severityNumber: SeverityNumber, severityText: string, body: string): void {
    // Trace and span id come from the active context, that is from the request being served.
    this.#logger.emit({ severityNumber, severityText, body });
  }
}
