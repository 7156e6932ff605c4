/**
 * Traces of requests: a span from the door to the answer with one child for scoring and one for forwarding. The context
 * of the caller is continued and handed on; without an OpenTelemetry SDK in the process its headers pass as they came.
 * Per request, never per record.
 * Source: W3C Trace Context; OpenTelemetry semantic conventions for HTTP and RPC spans.
 */
import { propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context, Span } from '@opentelemetry/api';
import type { Outcome } from './errors.ts';

/** Headers or gRPC metadata as Node has them. */
type Incoming = Readonly<Record<string, string | string[] | undefined>>;
/** Headers that carry the context to the next program. */
export type TraceHeaders = Readonly<Record<string, string>>;

const NO_HEADERS: TraceHeaders = {};
const tracer = trace.getTracer('seismo.otel-processor');

/** One step of a request: a call to another program. */
export interface TracedStep {
  /** To be sent with the call. */
  readonly headers: TraceHeaders;
  /** @param problem what went wrong; without it all went well */
  end(problem?: string): void;
}

export class RequestTrace {
  readonly #span: Span;
  readonly #context: Context;
  readonly #passedOn: TraceHeaders;

  /** Begins at the door. @param name low-cardinality: method and route */
  constructor(name: string, headers: Incoming, attributes: Attributes) {
    const caller = propagation.extract(ROOT_CONTEXT, headers);
    this.#span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, caller);
    this.#context = trace.setSpan(caller, this.#span);
    this.#passedOn = passedOn(headers);
  }

  /** Begins a step. */
  step(name: string): TracedStep {
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT }, this.#context);
    return { headers: this.#headersOf(span), end: (problem) => ended(span, problem) };
  }

  /** Ends with the answer. @param outcome undefined: the client went away before it */
  end(outcome: Outcome | undefined, attributes: Attributes = {}): void {
    if (this.#span.isRecording()) this.#span.setAttributes(attributes);
    if (outcome === undefined) ended(this.#span, 'the client went away');
    else ended(this.#span, outcome.taken ? undefined : outcome.status.message);
  }

  #headersOf(span: Span): TraceHeaders {
    if (!hasPropagator()) return this.#passedOn;
    const headers: Record<string, string> = {};
    propagation.inject(trace.setSpan(this.#context, span), headers);
    return headers;
  }
}

function ended(span: Span, problem: string | undefined): void {
  if (problem !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: problem });
  span.end();
}

/** The context as it came, to be handed on where nobody traces here. */
function passedOn({ traceparent, tracestate }: Incoming): TraceHeaders {
  if (typeof traceparent !== 'string') return NO_HEADERS;
  return typeof tracestate === 'string' ? { traceparent, tracestate } : { traceparent };
}

function hasPropagator(): boolean {
  return propagation.fields().length > 0;
}
