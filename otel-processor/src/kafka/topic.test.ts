import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topicOf } from './topic.ts';

const tenant = fc.string({
  unit: fc.integer({ min: 32, max: 126 }).map((c) => String.fromCharCode(c)),
  maxLength: 150,
});

describe('the topic of a tenant', () => {
  it('is the one of all where the tenant has no place in it', () => {
    expect(topicOf('otlp_logs', 'acme')).toBe('otlp_logs');
    expect(topicOf('logs-{tenant}', 'acme')).toBe('logs-acme');
    expect(topicOf('logs-{tenant}', 'a/b')).toBe('logs-a_2fb');
  });

  it('is a name that Kafka takes, whatever the tenant is called', () => {
    fc.assert(
      fc.property(tenant, (name) => {
        expect(topicOf('logs.{tenant}', name)).toMatch(/^[\w.-]{1,249}$/);
      }),
    );
  });

  it('is never that of another tenant', () => {
    const similar = fc
      .tuple(tenant, fc.nat(150), fc.constantFrom('_', '.', '/', '_2f', 'h', ''))
      .map(([name, at, put]) => [name, (name.slice(0, at) + put + name.slice(at + 1)).slice(0, 150)] as const);
    fc.assert(
      fc.property(similar, ([one, other]) => {
        fc.pre(one !== other);
        expect(topicOf('{tenant}', one)).not.toBe(topicOf('{tenant}', other));
      }),
    );
  });
});
