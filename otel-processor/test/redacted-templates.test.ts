/** Masks and the template miner: a redacted line has the template that it had before. */
import { describe, expect, it } from 'vitest';
import { createTemplateMiner } from '../../scoring-backend/src/templates/miner.ts';
import { textRedactor } from './redaction.ts';

const LIMITS = { maxTemplates: 1000, maxMessageBytes: 4096 };

/** Lines of seven kinds, each with secrets of its own. */
function lines(i: number): string[] {
  const visa = ['4111111111111111', '4012888888881881', '4222222222222', '4000056655665556'][i % 4];
  const name = ['anna', 'bob.smith', 'c-3po', 'dora'][i % 4];
  return [
    `mail sent to ${name}${i}@example.org in ${i} ms`,
    `charged card ${visa} for order ${i}`,
    `login failed: user=${name} password=hunter${i}${name} attempt ${i}`,
    `connecting to postgres://app:s3cr3t${i}@db${i}:5432/shop`,
    `request from +49 170 ${1000000 + i} rejected`,
    `using key AKIAIOSFODNN7EXAMP${10 + (i % 80)} of region ${i}`,
    `Authorization: Bearer abcDEF0123456789${i} expired`,
  ];
}

describe('redacted lines', () => {
  for (const action of ['mask', 'hash'] as const)
    it(`share one template for each kind of message (${action})`, () => {
      const redact = textRedactor({ action, hashKey: Buffer.from('key') });
      const miner = createTemplateMiner(LIMITS);
      const mine = (text: string): number => {
        const bytes = Buffer.from(text);
        return miner.mine(bytes, 0, bytes.length);
      };
      const templates = new Set<number>();
      for (let i = 0; i < 200; i++)
        for (const one of lines(i)) {
          const redacted = redact(one);
          expect(redacted).not.toBe(one);
          templates.add(mine(redacted));
        }
      const alive = new Set([...templates].map((index) => miner.resolve(index)));
      expect([...alive].map((index) => miner.text(index)).sort()).toHaveLength(7);
      const mail = miner.resolve(mine(redact('mail sent to x@example.org in 9 ms')));
      expect(alive.has(mail)).toBe(true);
      expect(miner.text(mail)).toMatch(/^mail sent to .* in /);
    });
});
