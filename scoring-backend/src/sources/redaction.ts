/**
 * Takes secrets out of logs that no processor has seen, before they are scored and so before anything of them is stored:
 * with the rules of the processor, at every door that takes logs from others.
 */
import { compileRecordKeys, decodeLogs } from '@seismo/otel-processor/otlp/decode';
import { LogsColumns } from '@seismo/otel-processor/otlp/columns';
import { RequestEdits } from '@seismo/otel-processor/otlp/request-edits';
import { Rewriter } from '@seismo/otel-processor/otlp/rewrite';
import { hashKeyOf } from '@seismo/otel-processor/redact/hash-key';
import { Redactor } from '@seismo/otel-processor/redact/redactor';
import type { PendingChange } from '@seismo/otel-processor/config-reload';
import type { BackendConfig } from '../config.ts';

export class Redaction {
  readonly #columns = new LogsColumns();
  readonly #edits = new RequestEdits();
  readonly #rewriter = new Rewriter();
  readonly #keys: ReturnType<typeof compileRecordKeys>;
  /** Undefined: it is switched off. */
  #redactor: Redactor | undefined;
  #replaced = 0;

  /** @throws ConfigError for a rule that is not safe; StartError when the file with the key cannot be read */
  constructor(config: BackendConfig) {
    this.#keys = compileRecordKeys(config.attributes);
    this.#redactor = redactorOf(config);
  }

  /** Secrets replaced since the start. */
  get replaced(): number {
    return this.#replaced;
  }

  /**
   * An ExportLogsServiceRequest without secrets: the request itself where it holds none.
   * @throws MalformedRequest
   */
  redacted(bytes: Uint8Array, tenant: string): Uint8Array {
    const redactor = this.#redactor;
    if (redactor === undefined || bytes.length === 0) return bytes;
    decodeLogs(bytes, this.#columns, this.#keys);
    this.#edits.begin(this.#columns.records);
    redactor.redact(bytes, this.#columns, tenant, this.#edits);
    if (redactor.matched) for (const count of redactor.takeMatches()) this.#replaced += count;
    if (this.#edits.empty) return bytes;
    return this.#rewriter.rewrite(bytes, this.#columns, this.#edits, { redacted: true, added: false });
  }

  /** Lets later requests use what `redacted` made; nobody reads it any more. */
  release(bytes: Uint8Array): void {
    this.#rewriter.release(bytes);
  }

  /** Makes what a changed configuration asks for. @throws ConfigError, StartError: what was there before stays */
  reload(config: BackendConfig): PendingChange {
    const redactor = redactorOf(config);
    return { commit: () => void (this.#redactor = redactor), discard: () => undefined };
  }
}

function redactorOf({ redact }: BackendConfig): Redactor | undefined {
  return redact.enabled ? new Redactor({ ...redact, hashKey: hashKeyOf(redact), summary: 'silent' }) : undefined;
}
