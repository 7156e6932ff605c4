import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { EngineCounters } from '../../src/engine/outputs.ts';

const LINES = 1_000_000;

it(
  'stays under 500 MB when a million lines have no template in common, and says what it evicted',
  { timeout: 180_000 },
  async () => {
    const program = join(import.meta.dirname, 'flood.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [program, String(LINES)], { maxBuffer: 1 << 24 });
    const told = JSON.parse(stdout) as { rssMib: number; counters: EngineCounters; metrics: string };
    expect(told.counters.consumed).toBe(LINES);
    expect(told.counters.templatesEvicted).toBeGreaterThan(0);
    expect(told.metrics).toMatch(
      new RegExp(`^seismo_templates_evictions_total ${told.counters.templatesEvicted}$`, 'm'),
    );
    expect(told.rssMib).toBeLessThan(500);
  },
);
