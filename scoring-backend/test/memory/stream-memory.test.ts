import { expect, it } from 'vitest';
import { bytesPerStream } from './stream-memory.ts';

const KIB = 1024;

it('keeps a young stream small: thousands of them fit into one process', async () => {
  const bytes = await bytesPerStream(150, { templates: 30, minutes: 10, linesPerMinute: 20 });
  expect(bytes).toBeLessThan(200 * KIB);
}, 60_000);

it('takes no more for each of many lines, once their kinds are known', async () => {
  const short = await bytesPerStream(4, { templates: 60, minutes: 60, linesPerMinute: 60 });
  const long = await bytesPerStream(4, { templates: 60, minutes: 60, linesPerMinute: 300 });
  expect(long).toBeLessThan(1.5 * short);
}, 60_000);
