/** The settings of the source Kafka: what a consumer group of backends reads. */
import type { z } from 'zod';
import { group, integer, oneOf, optionalText, text } from '@seismo/otel-processor/config-fields';
import { connectionConflicts, kafkaConnectionFields } from '@seismo/otel-processor/config-kafka';
import { texts } from '@seismo/otel-processor/config-list-fields';

const MIB = 1024 * 1024;

export const kafkaSourceSchema = group({
  ...kafkaConnectionFields,
  topics: texts({
    default: ['otlp_logs'],
    meaning: 'Topics with OTLP logs; * at the end stands for any rest: logs-* for a topic per tenant.',
  }),
  groupId: text({ default: 'seismo', meaning: 'Consumer group; backends of one group share the partitions.' }),
  groupInstanceId: optionalText({
    meaning: 'Name of this backend in the group: with it a restart keeps its partitions (static membership).',
  }),
  start: oneOf(['earliest', 'latest'], {
    default: 'earliest',
    meaning: 'Where to begin in a partition that the group has never read.',
  }),
  maxFetchBytes: integer({
    ...{ default: 8 * MIB, min: 64 * 1024, max: 1024 * MIB, unit: 'bytes' },
    meaning: 'Most bytes that one fetch brings; nothing is fetched while the engine is behind.',
  }),
  sessionTimeoutMs: integer({
    ...{ default: 10_000, min: 1000, max: 300_000, unit: 'ms' },
    meaning: 'How long a backend may be silent before the group gives its partitions to others.',
  }),
  topicsRefreshMs: integer({
    ...{ default: 30_000, min: 100, max: 3_600_000, unit: 'ms' },
    meaning: 'How often new topics that match are looked for.',
  }),
});

export type KafkaSourceConfig = z.output<typeof kafkaSourceSchema>;

/** What no field can say alone. */
export function kafkaSourceConflicts(config: KafkaSourceConfig): string[] {
  const problems = connectionConflicts('sources.kafka', config);
  if (config.topics.length === 0) problems.push('sources.kafka.topics must name a topic, got none');
  for (const topic of config.topics)
    if (!/^([\w.-]+\*?|\*)$/.test(topic))
      problems.push(
        `sources.kafka.topics must be of letters, digits, '.', '_' and '-', perhaps with a * at the end, got ${JSON.stringify(topic)}`,
      );
  return problems;
}
