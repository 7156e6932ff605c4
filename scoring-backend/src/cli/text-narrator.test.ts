import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Anomaly, Reason } from '../engine/outputs.ts';
import { EPISODE_GAP_MS, episodesOf } from './episode.ts';
import type { Terminal } from './terminal.ts';
import { textNarrator } from './text-narrator.ts';

const START_MS = Date.UTC(2026, 10, 21, 14);

function anomaly(service: string, atMs: number, kinds: readonly Reason['kind'][], margin = 1): Anomaly {
  return {
    id: '0123456789abcdef',
    stream: { tenant: '', namespace: '', service, environment: '' },
    unit: 'window',
    startMs: START_MS + atMs,
    endMs: START_MS + atMs + 30_000,
    ...{ magnitude: 5 + margin, score: 0.9, confidence: 0.5, margin },
    reasons: kinds.map((kind) => ({
      kind,
      text: `why: ${kind}`,
      expected: 1,
      actual: 9,
      unit: 'records',
      magnitude: 5,
    })),
    ...{ templateId: '', template: '', examples: [], model: 'test' },
  };
}

function told(anomalies: readonly Anomaly[]): string[] {
  const lines: string[] = [];
  const terminal: Terminal = {
    print: (text) => void lines.push(...text.split('\n')),
    remark: () => {},
    paint: (_style, text) => text,
    drained: async () => {},
    columns: 120,
    interactive: false,
  };
  const narrator = textNarrator(terminal, '1.0.0', () => START_MS);
  for (const each of anomalies) narrator.anomalies([each]);
  return lines;
}

describe('textNarrator', () => {
  it('opens one block per episode and service, however many anomalies come', () => {
    const flood = Array.from({ length: 50 }, (_, i) =>
      anomaly(i % 2 === 0 ? 'payment' : 'checkout', i * 10_000, ['rate']),
    );
    const lines = told(flood);
    expect(lines.filter((line) => line.includes('▲'))).toHaveLength(2);
    expect(lines.length).toBeLessThan(8);
  });

  it('says in one line what the verdict would be without the reasons', () => {
    const check = { without: 'the rest', before: 6, after: 0.3, weak: false, text: `without ${'it '.repeat(80)}` };
    const explained = { ...anomaly('payment', 0, ['rate']), explanation: { contributions: [], drivers: [], check } };
    const lines = told([explained]).filter((line) => line.includes('check '));
    expect(lines).toHaveLength(1);
    expect(lines[0].length).toBeLessThanOrEqual(120);
  });

  it('adds a line when something new is seen, and a block when a new episode begins', () => {
    const later = 400_000 + EPISODE_GAP_MS;
    const lines = told([
      anomaly('payment', 0, ['rate']),
      anomaly('payment', 30_000, ['rate', 'error_rate']),
      anomaly('payment', 60_000, ['error_rate', 'learning']),
      anomaly('payment', later, ['rate']),
    ]);
    expect(lines.filter((line) => line.includes('▲'))).toHaveLength(2);
    const updates = lines.filter((line) => line.includes('│'));
    expect(updates).toHaveLength(1);
    expect(updates[0]).toContain('why: error_rate');
    expect(lines.join('\n')).not.toContain('why: learning');
  });
});

describe('episodesOf', () => {
  it('joins what is at most ten minutes apart, keeps services apart, and loses nothing', () => {
    const some = fc.record({
      service: fc.constantFrom('a', 'b'),
      atMs: fc.integer({ min: 0, max: 10_000_000 }),
      margin: fc.double({ min: 0.1, max: 9, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 40 }), (list) => {
        const anomalies = list.map(({ service, atMs, margin }) => anomaly(service, atMs, ['rate'], margin));
        const episodes = episodesOf(anomalies);
        expect(episodes.reduce((sum, episode) => sum + episode.anomalies.length, 0)).toBe(anomalies.length);
        for (const [i, episode] of episodes.entries()) {
          expect(new Set(episode.anomalies.map(({ stream }) => stream.service)).size).toBe(1);
          if (i > 0) expect(episode.worst.margin).toBeLessThanOrEqual(episodes[i - 1].worst.margin);
          for (const other of episodes)
            if (other !== episode && other.stream.service === episode.stream.service)
              expect(
                other.startMs > episode.endMs + EPISODE_GAP_MS || other.endMs < episode.startMs - EPISODE_GAP_MS,
              ).toBe(true);
        }
      }),
    );
  });
});
