/** The settings of a connection to Kafka, and of what the mode kafka writes there. The backend's source shares the first. */
import type { z } from 'zod';
import { group, integer, oneOf, optionalText, text } from './config-fields.ts';
import { flag, texts } from './config-list-fields.ts';
import { LONGEST_TOPIC, TENANT_PLACE } from './kafka/topic.ts';

/** How to reach brokers: the same words for whoever writes and whoever reads. */
export const kafkaConnectionFields = {
  brokers: texts({
    default: [],
    meaning: 'Brokers to begin with, host:port each; the others are learned from them.',
  }),
  tls: group({
    enabled: flag({ default: false, meaning: 'Whether the brokers are spoken to in TLS.' }),
    caFile: optionalText({
      meaning: "PEM file: who signs the brokers' certificates. Without it the public authorities.",
    }),
    certFile: optionalText({ meaning: 'PEM file: our certificate for the brokers (mTLS); needs keyFile.' }),
    keyFile: optionalText({ meaning: 'PEM file: the key of certFile.' }),
    serverName: optionalText({
      meaning: "Name expected in the brokers' certificates where their addresses have another.",
    }),
  }),
  sasl: group({
    mechanism: oneOf(['none', 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'], {
      default: 'none',
      meaning: 'How we say to the brokers who we are; needs username and passwordFile.',
    }),
    username: optionalText({ meaning: 'User name for SASL.' }),
    passwordFile: optionalText({ meaning: 'File with the password for SASL.' }),
  }),
} as const;

export const kafkaSchema = group({
  ...kafkaConnectionFields,
  topic: text({
    default: 'otlp_logs',
    meaning: `Topic that mode kafka writes to; ${TENANT_PLACE} in it stands for the tenant.`,
  }),
  defaultTenant: text({
    default: 'default',
    meaning: `What ${TENANT_PLACE} becomes for requests without a tenant.`,
  }),
  autoCreateTopics: flag({
    default: false,
    meaning: 'Whether brokers may be asked to create a topic that is missing, with their defaults.',
  }),
  compression: oneOf(['none', 'gzip', 'snappy', 'lz4', 'zstd'], {
    default: 'none',
    meaning: 'Compression of what is written to Kafka.',
  }),
  maxMessageBytes: integer({
    ...{ default: 1_000_000, min: 16_384, max: 64 * 1024 * 1024, unit: 'bytes' },
    meaning:
      "Largest message and largest batch, uncompressed; a larger request becomes several. At most the topic's max.message.bytes.",
  }),
  timeoutMs: integer({
    ...{ default: 10_000, min: 1, max: 600_000, unit: 'ms' },
    meaning:
      'Longest wait until the brokers have a request, retries included, before the client is told to come again.',
  }),
  maxTopics: integer({
    ...{ default: 256, min: 1, max: 10_000, unit: 'topics' },
    meaning: 'Most topics written to at a time, each with connections of its own.',
  }),
  breakerFailures: integer({
    ...{ default: 5, min: 1, max: 1000, unit: 'failures' },
    meaning: 'Failures in a row after which a topic is left alone for breakerPauseMs: clients are told to come again.',
  }),
  breakerPauseMs: integer({
    ...{ default: 1000, min: 1, max: 600_000, unit: 'ms' },
    meaning: 'How long a failing topic is left alone before one write tries it again.',
  }),
});

export type KafkaConfig = z.output<typeof kafkaSchema>;
export type KafkaConnection = Pick<KafkaConfig, 'brokers' | 'tls' | 'sasl'>;

/** What no field of a connection can say alone. @param group the settings it is about: "kafka" */
export function connectionConflicts(group: string, { brokers, tls, sasl }: KafkaConnection): string[] {
  const problems: string[] = [];
  for (const broker of brokers) {
    const [, port = '0'] = /^(?:[\w.-]+|\[[\da-fA-F:.]+\]):(\d{1,5})$/.exec(broker) ?? [];
    if (Number(port) < 1 || Number(port) > 65_535)
      problems.push(`${group}.brokers must be a list of host:port, got ${JSON.stringify(broker)}`);
  }
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined))
    problems.push(
      `${group}.tls.certFile and ${group}.tls.keyFile belong together: ${group}.tls.${tls.certFile === undefined ? 'certFile' : 'keyFile'} is missing`,
    );
  const named = [tls.caFile, tls.certFile, tls.serverName].some((setting) => setting !== undefined);
  if (named && !tls.enabled)
    problems.push(`${group}.tls has certificates or a name, and ${group}.tls.enabled is false`);
  for (const field of ['username', 'passwordFile'] as const)
    if ((sasl.mechanism === 'none') !== (sasl[field] === undefined))
      problems.push(
        sasl.mechanism === 'none'
          ? `${group}.sasl.${field} needs ${group}.sasl.mechanism`
          : `${group}.sasl.mechanism ${sasl.mechanism} needs ${group}.sasl.${field}`,
      );
  return problems;
}

/** What no field can say alone. */
export function kafkaConflicts(config: KafkaConfig, mode: string, forwardUrl: string | undefined): string[] {
  const problems = connectionConflicts('kafka', config);
  const fixed = config.topic.replaceAll(TENANT_PLACE, '');
  if (!/^[\w.-]*$/.test(fixed) || config.topic === '.' || config.topic === '..')
    problems.push(
      `kafka.topic must be of letters, digits, '.', '_' and '-', with ${TENANT_PLACE} for the tenant, got ${JSON.stringify(config.topic)}`,
    );
  if (config.topic.length > LONGEST_TOPIC)
    problems.push(`kafka.topic must be at most ${LONGEST_TOPIC} characters, got ${config.topic.length}`);
  if (mode !== 'kafka') return problems;
  if (config.brokers.length === 0) problems.push('kafka.brokers must name a broker with mode kafka, got none');
  if (forwardUrl !== undefined)
    problems.push('forward.url must not be set with mode kafka: what is written to Kafka goes nowhere else');
  return problems;
}
