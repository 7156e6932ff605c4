/**
 * All metrics of the processor in one table; the README's is generated from it. Names follow the Collector's scheme
 * (consumed and produced items, outcome), units are OpenTelemetry's. Attributes have few possible values, all listed.
 */
export interface Metric {
  readonly name: string;
  readonly kind: 'counter' | 'histogram' | 'gauge';
  readonly unit: '{record}' | '{request}' | '{batch}' | '{match}' | '{message}' | '{topic}' | 'By' | 's' | '1';
  /** Attribute names and the values each can take. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly meaning: string;
}

export const METRICS = [
  {
    name: 'seismo.receiver.consumed.items',
    kind: 'counter',
    unit: '{record}',
    attributes: { transport: 'http, grpc', encoding: 'protobuf, json', outcome: 'success, refused, failure' },
    meaning: 'Records received; refused: the next hop refused them, failure: we could not take them',
  },
  {
    name: 'seismo.receiver.consumed.size',
    kind: 'counter',
    unit: 'By',
    attributes: { transport: 'http, grpc', encoding: 'protobuf, json', outcome: 'success, refused, failure' },
    meaning: 'Bytes of requests received, after decompression, as protobuf',
  },
  {
    name: 'seismo.receiver.rejected.requests',
    kind: 'counter',
    unit: '{request}',
    attributes: { transport: 'http, grpc', code: 'name of the gRPC code' },
    meaning: 'Requests answered with an error before they reached the pipeline: malformed, too large, overload',
  },
  {
    name: 'seismo.processor.produced.items',
    kind: 'counter',
    unit: '{record}',
    attributes: { outcome: 'success, refused' },
    meaning: 'Records handed to the next hop; refused also counts those it rejected of a batch it took',
  },
  {
    name: 'seismo.record.status',
    kind: 'counter',
    unit: '{record}',
    attributes: { status: 'scored, timeout, backend_unavailable, backend_error, overloaded, spooled, looped, queued' },
    meaning:
      'What became of each record: scored, passed on without a score and why, here before (looped), or written to Kafka (queued)',
  },
  {
    name: 'seismo.redaction.matches',
    kind: 'counter',
    unit: '{match}',
    attributes: { rule: 'names of redact.rules and redact.custom, blockedKey' },
    meaning: 'Secrets taken out of what is scored (with redact.scope all also of what is forwarded)',
  },
  {
    name: 'seismo.scoring.duration',
    kind: 'histogram',
    unit: 's',
    attributes: {},
    meaning: 'Wait for the verdicts of a batch, time-outs included',
  },
  {
    name: 'seismo.scoring.late',
    kind: 'counter',
    unit: '{batch}',
    attributes: {},
    meaning: 'Verdicts that came after their time-out and were dropped',
  },
  {
    name: 'seismo.scoring.repeated.items',
    kind: 'counter',
    unit: '{record}',
    attributes: {},
    meaning: 'Records that came again after a refusal: scored, not learned a second time',
  },
  {
    name: 'seismo.scoring.uncertain.items',
    kind: 'counter',
    unit: '{record}',
    attributes: {},
    meaning:
      'Records whose scoring broke off so that nobody knows whether they were learned; a retry does not learn them',
  },
  {
    name: 'seismo.scoring.forgotten',
    kind: 'counter',
    unit: '{batch}',
    attributes: {},
    meaning:
      'Fingerprints of refused batches dropped for want of room or after an hour; their retries are learned again',
  },
  {
    name: 'seismo.spool.appended.items',
    kind: 'counter',
    unit: '{record}',
    attributes: {},
    meaning: 'Records that went on without a score and were put into the spool to be scored late',
  },
  {
    name: 'seismo.spool.scored.items',
    kind: 'counter',
    unit: '{record}',
    attributes: {},
    meaning: 'Records out of the spool that were scored late',
  },
  {
    name: 'seismo.spool.lost.items',
    kind: 'counter',
    unit: '{record}',
    attributes: { reason: 'full, damaged, disk, backend_error, backend_unavailable, overloaded, timeout' },
    meaning:
      'Records that will not be scored: the spool was full or damaged, the disk failed, or the scorer gave them up',
  },
  {
    name: 'seismo.spool.usage',
    kind: 'gauge',
    unit: 'By',
    attributes: {},
    meaning: 'Bytes of the spool on disk',
  },
  {
    name: 'seismo.spool.limit',
    kind: 'gauge',
    unit: 'By',
    attributes: {},
    meaning: 'Most bytes of the spool on disk',
  },
  {
    name: 'seismo.spool.items',
    kind: 'gauge',
    unit: '{record}',
    attributes: {},
    meaning: 'Records that wait in the spool',
  },
  {
    name: 'seismo.scoring.breaker.open',
    kind: 'gauge',
    unit: '1',
    attributes: {},
    meaning: '1 while the scoring backend is left alone after failures in a row',
  },
  {
    name: 'seismo.memory.usage',
    kind: 'gauge',
    unit: 'By',
    attributes: {},
    meaning: 'Memory of the process (resident set)',
  },
  {
    name: 'seismo.memory.limit',
    kind: 'gauge',
    unit: 'By',
    attributes: { limit: 'soft, hard' },
    meaning: 'soft: above it nothing new is taken. hard: above it the garbage collector is run at each look as well',
  },
  {
    name: 'seismo.memory.refused',
    kind: 'counter',
    unit: '{request}',
    attributes: {},
    meaning: 'Requests told to come again because memory ran short',
  },
  {
    name: 'seismo.config.reloads',
    kind: 'counter',
    unit: '1',
    attributes: { outcome: 'success, failure' },
    meaning: 'Times the configuration was read again; failure: it was wrong, and what was there before stays in force',
  },
  {
    name: 'seismo.queue.usage',
    kind: 'gauge',
    unit: 'By',
    attributes: { queue: 'received, waiting, scoring' },
    meaning:
      'Bytes held now: requests being received or worked on, those that wait unread in their connections, and requests at the scorer',
  },
  {
    name: 'seismo.queue.limit',
    kind: 'gauge',
    unit: 'By',
    attributes: { queue: 'received, scoring' },
    meaning: 'Most bytes that may be held (maxInFlightBytes, scoring.maxInFlightBytes)',
  },
  {
    name: 'seismo.exporter.duration',
    kind: 'histogram',
    unit: 's',
    attributes: {},
    meaning: 'Wait for the answer of the next hop',
  },
  {
    name: 'seismo.exporter.refusals',
    kind: 'counter',
    unit: '{request}',
    attributes: {
      code: "HTTP status, or network, timeout, breaker; with mode kafka the name of Kafka's error, or authentication, topics, other",
      retryable: 'true, false',
    },
    meaning: 'Batches the next hop did not take; retryable ones come again from the client and are not lost',
  },
  {
    name: 'seismo.exporter.breaker.open',
    kind: 'gauge',
    unit: '1',
    attributes: {},
    meaning: 'The next hop is left alone after tries without an answer (1) or not (0)',
  },
  {
    name: 'seismo.kafka.messages',
    kind: 'counter',
    unit: '{message}',
    attributes: {},
    meaning: 'Messages that the brokers have taken',
  },
  {
    name: 'seismo.kafka.topics',
    kind: 'gauge',
    unit: '{topic}',
    attributes: {},
    meaning: 'Topics with a writer of their own',
  },
  {
    name: 'seismo.kafka.queue.usage',
    kind: 'gauge',
    unit: 'By',
    attributes: {},
    meaning: 'Bytes of messages that wait for a batch or for the brokers',
  },
  {
    name: 'seismo.kafka.breaker.open',
    kind: 'gauge',
    unit: '{topic}',
    attributes: {},
    meaning: 'Topics that are left alone after failures in a row',
  },
  {
    name: 'seismo.loop.refused',
    kind: 'counter',
    unit: '{request}',
    attributes: {},
    meaning: 'Requests refused because they had passed more than forward.maxHops processors',
  },
] as const satisfies readonly Metric[];

type Named<K extends Metric['kind']> = Extract<(typeof METRICS)[number], { kind: K }>['name'];
export type CounterName = Named<'counter'>;
export type HistogramName = Named<'histogram'>;
export type GaugeName = Named<'gauge'>;

/** The README's metrics table. */
export function metricsTable(): string {
  const rows = METRICS.map(({ name, kind, unit, attributes, meaning }) => {
    const listed = Object.entries(attributes).map(([attribute, values]) => `${attribute}: ${values}`);
    return `| \`${name}\` | ${kind} | ${unit} | ${listed.join('; ')} | ${meaning} |`;
  });
  return ['| Metric | Kind | Unit | Attributes | Meaning |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}
