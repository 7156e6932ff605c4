import { describe, expect, it } from 'vitest';
import { textRedactor } from '../../test/redaction.ts';
import { parseConfig } from '../config.ts';

const redactWith = (pattern: string, contains?: string): ((text: string) => string) =>
  textRedactor({ custom: [{ name: 'order', pattern, contains }] });

describe('custom rules', () => {
  it('replace what they match, in any script, and leave bytes that are no UTF-8', () => {
    expect(redactWith('ord-[0-9]{4}')('ord-1234 and ord-5678, xord-12')).toBe('<ORDER> and <ORDER>, xord-12');
    expect(redactWith('Bestellung [a-zäöü]+', 'Bestellung')('die Bestellung größe ist da')).toBe(
      'die <ORDER>ße ist da',
    );
    expect(redactWith('[Ss]ecret-\\w+')('secret-a Secret-b')).toBe('<ORDER> <ORDER>');
  });

  it('do not touch the masks of other rules', () => {
    expect(redactWith('[A-Z]+')('to a@b.org OK')).toBe('to <EMAIL> <ORDER>');
  });

  // Classic inputs of catastrophic backtracking: each takes a backtracking engine longer than the universe.
  const classics: readonly (readonly [pattern: string, text: string])[] = [
    ['(a+)+$', `${'a'.repeat(50_000)}!`],
    ['(a|a)*b', 'a'.repeat(50_000)],
    ['(a|aa)+c', 'a'.repeat(50_000)],
    ['(.*)*x', 'y'.repeat(20_000)],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(50_000)],
    ['([a-zA-Z0-9_\\.\\-]+)+@', 'a'.repeat(20_000)],
    ['(x+x+)+y', 'x'.repeat(20_000)],
    ['\\d+\\d+\\d+\\d+z', '1'.repeat(2_000)],
  ];
  for (const [pattern, text] of classics)
    it(`take linear time: ${pattern}`, { timeout: 60_000 }, () => {
      const redact = redactWith(pattern);
      const start = process.cpuUsage();
      redact(text);
      const { user } = process.cpuUsage(start);
      expect(user / 1e6).toBeLessThan(15);
    });

  it.each([
    ['(a)\\1', 'must be one that runs in linear time'],
    ['(?=a)b', 'must be one that runs in linear time'],
    ['(?<!a)b', 'must be one that runs in linear time'],
    ['(', 'must be a regular expression'],
    ['a*', 'must not match an empty text'],
  ])('are refused when they are read: %s', (pattern, why) => {
    expect(() => parseConfig({ redact: { custom: [{ name: 'x', pattern }] } })).toThrow(
      `redact.custom[0].pattern ${why}`,
    );
  });

  it('are refused with a wrong name, key or action, and without a key for hashes', () => {
    const custom =
      (rule: object): (() => unknown) =>
      () =>
        parseConfig({ redact: { custom: [{ name: 'x', pattern: 'y', ...rule }] } });
    expect(custom({ name: 'a b' })).toThrow('redact.custom.0.name must be a name');
    expect(custom({ patern: 'z' })).toThrow('unknown setting "redact.custom.0.patern"');
    expect(custom({ action: 'drop' })).toThrow("redact.custom.0.action must be 'mask' or 'remove' or 'hash'");
    expect(custom({ action: 'hash' })).toThrow('redact.hashKeyFile');
    expect(() => parseConfig({ redact: { actions: { emial: 'mask' } } })).toThrow(
      'redact.actions names no rule "emial"',
    );
  });
});
