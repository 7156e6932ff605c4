/**
 * The attributes that tell what was redacted, named as the Collector's redaction processor names them, and on the same
 * places: of a record for its attributes and its body, of a resource and of a scope for theirs.
 * Source: opentelemetry-collector-contrib, processor/redactionprocessor.
 */
import type { ByteSink } from '../otlp/byte-sink.ts';

/** silent: none. info: counts. debug: counts and keys, which may tell something themselves. */
export const SUMMARIES = ['silent', 'info', 'debug'] as const;
export type Summary = (typeof SUMMARIES)[number];

/** Parts that have attributes of their own. */
type Part = 'masked' | 'redacted' | 'body.masked' | 'body.redacted';
const PARTS: readonly Part[] = ['masked', 'redacted', 'body.masked', 'body.redacted'];

/** What was done to one record, resource or scope. */
export class RedactionSummary {
  readonly #keys: Record<Part, string[]> = { masked: [], redacted: [], 'body.masked': [], 'body.redacted': [] };
  /** Of an earlier processor, to be added to. */
  readonly #before = new Map<string, { count: number; keys: string }>();

  reset(): void {
    for (const part of PARTS) this.#keys[part].length = 0;
    this.#before.clear();
  }

  note(part: Part, key: string): void {
    this.#keys[part].push(key);
  }

  /** Takes down what an earlier processor wrote: `redaction.masked.count` 2. False for another key. */
  takeOver(key: string, text: string | undefined, count: number | undefined): boolean {
    const match = /^redaction\.((?:body\.)?(?:masked|redacted))\.(count|keys)$/.exec(key);
    if (match === null) return false;
    const known = this.#before.get(match[1]) ?? { count: 0, keys: '' };
    this.#before.set(match[1], match[2] === 'count' ? { ...known, count: count ?? 0 } : { ...known, keys: text ?? '' });
    return true;
  }

  /** Appends the attributes as fields with this number: 6 on a record, 1 on a resource, 3 on a scope. */
  write(out: ByteSink, field: number, summary: Summary): void {
    if (summary === 'silent') return;
    for (const part of PARTS) {
      const before = this.#before.get(part);
      const keys = this.#keys[part];
      if (summary === 'debug' || (before !== undefined && before.keys !== '')) {
        const all = [
          ...(summary === 'debug' ? keys : []),
          ...(before === undefined || before.keys === '' ? [] : before.keys.split(',')),
        ];
        if (all.length > 0) attribute(out, field, `redaction.${part}.keys`, 1, all.sort().join(','));
      }
      const count = keys.length + (before?.count ?? 0);
      if (count > 0) attribute(out, field, `redaction.${part}.count`, 3, count);
    }
  }
}

/** A KeyValue with a text (AnyValue 1) or a whole number (AnyValue 3). */
function attribute(out: ByteSink, field: number, key: string, kind: 1 | 3, value: string | number): void {
  out.byte(field * 8 + 2);
  const pair = out.beginMessage();
  out.byte(0x0a);
  out.text(key);
  out.byte(0x12);
  const any = out.beginMessage();
  out.byte(kind * 8 + (typeof value === 'string' ? 2 : 0));
  if (typeof value === 'string') out.text(value);
  else out.varint(value);
  out.endMessage(any);
  out.endMessage(pair);
}
