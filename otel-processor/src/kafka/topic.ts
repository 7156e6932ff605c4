/** The topic of a tenant. Two tenants never share one where the setting has their place in it. */
import { createHash } from 'node:crypto';

/** Where the tenant stands in `kafka.topic`. */
export const TENANT_PLACE = '{tenant}';
/** Kafka allows 249 characters; the rest is for the tenant. */
export const LONGEST_TOPIC = 120;
const LONGEST_TENANT = 100;

/**
 * The topic that records of `tenant` are written to. Whatever a topic's name may not hold, and '_', which is needed to
 * say so, becomes '_' and two hexadecimal digits: `a/b` is a_2fb. A long name ends in a hash of all of it.
 * @example topicOf('logs-{tenant}', 'team a') // 'logs-team_20a'
 */
export function topicOf(topic: string, tenant: string): string {
  if (!topic.includes(TENANT_PLACE)) return topic;
  return topic.replaceAll(TENANT_PLACE, () => legal(tenant));
}

function legal(tenant: string): string {
  // A '.' and a '_' at the same place make two topics collide in the names of Kafka's metrics: the brokers refuse that.
  const escaped = tenant.replace(/[^A-Za-z0-9-]/g, (c) => `_${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  if (escaped.length <= LONGEST_TENANT) return escaped;
  const hash = createHash('sha256').update(tenant).digest('hex').slice(0, 32);
  // 'h' is no hexadecimal digit: no other tenant is written like this.
  return `${escaped.slice(0, LONGEST_TENANT - hash.length - 2)}_h${hash}`;
}
