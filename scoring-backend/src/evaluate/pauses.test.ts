import { describe, expect, it } from 'vitest';
import { memoryInput } from './memory-input.ts';
import { Pauses } from './pauses.ts';
import { evaluationOptions } from './evaluation-options.ts';
import { evaluate } from './evaluation.ts';

describe('Pauses', () => {
  it('says that a session may go on while pauses as long as the silence are known, and not beyond', () => {
    const pauses = new Pauses();
    for (let i = 0; i < 5_000; i++) {
      pauses.add(1, 100);
      pauses.add(2, i % 100 === 0 ? 3_600_000 : 60_000);
    }
    expect(pauses.mayGoOn(1, 50)).toBe(true);
    expect(pauses.mayGoOn(1, 60_000)).toBe(false);
    expect(pauses.mayGoOn(2, 600_000)).toBe(true);
    expect(pauses.mayGoOn(2, 7_200_000)).toBe(false);
  });

  it('takes a new kind for one like all others, and a kind that came last often for the last', () => {
    const pauses = new Pauses();
    for (let i = 0; i < 5_000; i++) pauses.add(1, 10_000);
    expect(pauses.mayGoOn(7, 5_000)).toBe(true);
    expect(pauses.mayGoOn(7, 60_000)).toBe(false);
    for (let i = 0; i < 2_000; i++) pauses.end(7);
    expect(pauses.mayGoOn(7, 5_000)).toBe(false);
  });

  it('keeps sessions that the end of a log has cut from being flagged, and no others', async () => {
    // Every 10 s a session opens, goes on for 2 s, and is closed an hour later; some are never closed.
    const lines: { readonly ms: number; readonly text: string }[] = [];
    const lost = (i: number): boolean => i > 1_000 && i % 400 === 0;
    for (let i = 0; i < 3_000; i++) {
      const begin = Date.UTC(2024, 4, 1) + i * 10_000;
      lines.push({ ms: begin, text: `task t${i} opened by worker` });
      for (let step = 0; step < 1 + (i % 3); step++) lines.push({ ms: begin + 1_000, text: `task t${i} wrote a part` });
      lines.push({ ms: begin + 2_000, text: `task t${i} is written` });
      if (!lost(i)) lines.push({ ms: begin + 3_600_000 + (i % 7) * 10_000, text: `task t${i} closed after use` });
    }
    const endMs = Date.UTC(2024, 4, 1) + 3_000 * 10_000;
    const log = lines.filter(({ ms }) => ms < endMs).sort((one, other) => one.ms - other.ms);
    const text = log.map(({ ms, text: message }) => `${new Date(ms).toISOString()} INFO ${message}\n`).join('');
    const options = evaluationOptions({ sessionPattern: 't[0-9]+', warmUp: '0.2', train: [], test: ['log'] });
    const input = memoryInput('log', new TextEncoder().encode(text));
    const progress = { reading: () => undefined, lines: () => undefined };
    const { units } = await evaluate(options, [], [{ input, label: undefined }], progress);
    const flagged = Array.from(units.flagged.keys()).filter((unit) => units.flagged[unit] === 1);
    const numbers = flagged.map((unit) => Number(String(units.name(unit)).slice(1))).sort((one, other) => one - other);
    expect(numbers).toEqual([1_200, 1_600, 2_000, 2_400]);
  });
});
