/**
 * A program for flood.test.ts: a backend in this process is fed lines of random words, which have no template in common.
 * Prints its memory and what it says about itself as JSON.
 */
import { linesToOtlp } from '../../src/sources/json-logs.ts';
import { T0, testBackend } from './running-backend.ts';

const LINES = Number(process.argv[2]);
const BATCH = 1000;
const WORDS = 10;

/** Letters only, from a linear congruential generator: the same flood every time. */
let state = 1;
function word(): string {
  let text = '';
  for (let length = 4 + (state % 7); length > 0; length--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += String.fromCharCode(97 + ((state >>> 16) % 26));
  }
  return text;
}

const backend = await testBackend({ engine: { checkpointMs: 5000 } });
for (let first = 0; first < LINES; first += BATCH) {
  const lines = Array.from({ length: BATCH }, (_, i) => ({
    service: 'flood',
    timestamp: T0 + (first + i) * 10,
    message: Array.from({ length: WORDS }, word).join(' '),
  }));
  const bytes = linesToOtlp(lines, T0 + 86_400_000);
  await backend.scorer.score({ bytes, records: BATCH, tenant: '', learn: true, texts: false });
  backend.scorer.tick(T0 + first * 10);
}
await backend.settled();
const metrics = await backend.metrics();
const counters = backend.counters();
const rssMib = process.resourceUsage().maxRSS / 1024;
await backend.close();
process.stdout.write(JSON.stringify({ rssMib, counters, metrics }));
