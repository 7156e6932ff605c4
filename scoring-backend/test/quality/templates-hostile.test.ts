import { expect, it } from 'vitest';
import { createTemplateMiner } from '../../src/templates/miner.ts';
import { seededDraw } from './synthetic/parameters.ts';

const LINES = process.env.SEISMO_SOAK === '1' ? 1_000_000 : 60_000;
const MAX_TEMPLATES = 4096;

it('stays bounded and keeps its counts under lines of ten random words, and says what it evicted', () => {
  const draw = seededDraw(1);
  const word = (): string => Array.from({ length: 3 + draw(8) }, () => String.fromCharCode(97 + draw(26))).join('');
  const miner = createTemplateMiner({ maxTemplates: MAX_TEMPLATES, maxMessageBytes: 8192 });
  let live = 0;
  let evicted = 0;
  let largest = 0;
  for (let i = 0; i < LINES; i++) {
    const bytes = Buffer.from(Array.from({ length: 10 }, word).join(' '));
    const index = miner.mine(bytes, 0, bytes.length);
    for (const change of miner.takeChanges()) {
      if (change.kind === 'created') live++;
      if (change.kind === 'evicted') {
        live--;
        evicted++;
      }
    }
    expect(miner.resolve(index)).toBe(index);
    largest = Math.max(largest, live, miner.size);
  }
  expect(largest).toBe(MAX_TEMPLATES);
  expect(evicted).toBeGreaterThan(LINES / 2);
  // Tables, caches and first messages of one full miner.
  expect(miner.save().length).toBeLessThan(8_000_000);
}, 120_000);

it('reads a line of brackets and quotes that never close in a time like any other', () => {
  const miner = createTemplateMiner({ maxTemplates: MAX_TEMPLATES, maxMessageBytes: 8192 });
  const lines = ['[', '(', '{', '"', '<', `'`, '[({<"', '{"a":', 'x="', '[a b'].map((part) =>
    Buffer.from(part.repeat(8192)),
  );
  const start = process.cpuUsage();
  for (let round = 0; round < 20; round++) for (const line of lines) miner.mine(line, 0, line.length);
  const { user, system } = process.cpuUsage(start);
  // 200 lines of 8 KiB; without limits one such line takes seconds.
  expect((user + system) / 1000).toBeLessThan(2000);
});
