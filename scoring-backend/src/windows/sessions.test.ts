import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionFeatures } from '../detectors/sequence/session-features.ts';
import { StateReader, StateWriter } from '../columns/state-codec.ts';
import { OpenSessions } from './sessions.ts';

const LIMITS = { sessionIdleMs: 1_000, maxOpenSessions: 8, maxSessionEvents: 20 };

interface Told {
  readonly key: string;
  readonly templates: readonly number[];
  readonly records: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly errors: number;
  readonly complete: boolean;
}

/** The sessions with what they have told so far. */
function opened(limits = LIMITS): { sessions: OpenSessions; told: Told[] } {
  const told: Told[] = [];
  const sessions = new OpenSessions(limits, (session: SessionFeatures) => {
    const { key, records, startMs, endMs, errors, complete } = session;
    const templates = [...session.templates.subarray(0, session.length)];
    told.push({ key, templates, records, startMs, endMs, errors, complete });
  });
  return { sessions, told };
}

function add(sessions: OpenSessions, key: string, template: number, timeMs: number, error = 0): void {
  const bytes = Buffer.from(`.${key}.`);
  sessions.add(bytes, 1, bytes.length - 1, true, template, timeMs, error, -1);
}

const steps = fc.array(
  fc.record({
    key: fc.integer({ min: 0, max: 12 }).map((n) => `id-${n}`),
    template: fc.integer({ min: 0, max: 5 }),
    stepMs: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(900, 3_000)),
    error: fc.constantFrom(0, 1),
    advance: fc.boolean(),
  }),
  { maxLength: 200 },
);

describe('OpenSessions', () => {
  it('keeps each session’s events in order, and counts every record in exactly one session', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { sessions, told } = opened();
        const expected = new Map<string, number[]>();
        let timeMs = 0;
        for (const { key, template, stepMs, error, advance } of all) {
          timeMs += stepMs;
          add(sessions, key, template, timeMs, error);
          expected.set(key, [...(expected.get(key) ?? []), template]);
          if (advance) sessions.advance(timeMs);
        }
        sessions.advance(Infinity);
        expect(sessions.open).toBe(0);
        expect(told.reduce((sum, one) => sum + one.records, 0)).toBe(all.length);
        expect(told.reduce((sum, one) => sum + one.errors, 0)).toBe(all.filter((one) => one.error === 1).length);
        for (const [key, templates] of expected) {
          const parts = told.filter((one) => one.key === key);
          if (parts.some((one) => one.records > LIMITS.maxSessionEvents)) continue;
          expect(parts.flatMap((one) => one.templates)).toEqual(templates);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('continues from its state bit for bit', () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: 200 }), (all, at) => {
        const straight = opened();
        const restored = opened();
        let timeMs = 0;
        all.forEach(({ key, template, stepMs, error, advance }, i) => {
          timeMs += stepMs;
          add(straight.sessions, key, template, timeMs, error);
          if (i >= at) add(restored.sessions, key, template, timeMs, error);
          if (advance) straight.sessions.advance(timeMs);
          if (advance && i >= at) restored.sessions.advance(timeMs);
          if (i !== at - 1) return;
          const to = new StateWriter();
          straight.sessions.save(to);
          restored.sessions.load(new StateReader(to.finish()));
          straight.told.length = 0;
        });
        if (at > all.length) return;
        straight.sessions.advance(Infinity);
        restored.sessions.advance(Infinity);
        expect(restored.told).toEqual(straight.told);
      }),
      { numRuns: 200 },
    );
  });

  it('ends a session when event time has passed its last record by the idle time, and not before', () => {
    const { sessions, told } = opened();
    add(sessions, 'a', 1, 10_000);
    add(sessions, 'b', 2, 10_500);
    add(sessions, 'a', 3, 10_900);
    sessions.advance(11_499);
    expect(told).toEqual([]);
    sessions.advance(11_500);
    expect(told.map((one) => one.key)).toEqual(['b']);
    sessions.advance(13_000);
    expect(told[1]).toEqual({
      ...{ key: 'a', templates: [1, 3], records: 2, startMs: 10_000, endMs: 10_900, errors: 0, complete: true },
    });
  });

  it('ends the session idle longest early when too many are open, counts it, and calls it incomplete', () => {
    const { sessions, told } = opened({ ...LIMITS, maxOpenSessions: 2 });
    for (const [i, key] of ['a', 'b', 'a', 'c'].entries()) add(sessions, key, i, 10 * i);
    expect(told).toMatchObject([{ key: 'b', complete: false }]);
    expect([sessions.evicted, sessions.open]).toEqual([1, 2]);
  });

  it('counts records beyond the bound of a session without keeping them, and calls it incomplete', () => {
    const { sessions, told } = opened({ ...LIMITS, maxSessionEvents: 3 });
    for (let i = 0; i < 5; i++) add(sessions, 'a', i, i);
    sessions.advance(10_000);
    expect(told).toMatchObject([{ templates: [0, 1, 2], records: 5, complete: false }]);
  });

  it('calls sessions incomplete that were open over a gap', () => {
    const { sessions, told } = opened();
    add(sessions, 'a', 1, 0);
    sessions.markGap();
    add(sessions, 'b', 1, 10);
    sessions.advance(10_000);
    expect(told).toMatchObject([
      { key: 'a', complete: false },
      { key: 'b', complete: true },
    ]);
  });

  it('tells templates that were merged under their new index, and leaves evicted ones out', () => {
    const { sessions, told } = opened();
    for (const template of [1, 2, 3]) add(sessions, 'a', template, template);
    sessions.merge(2, 7);
    sessions.clear(3);
    sessions.advance(10_000);
    expect(told[0].templates).toEqual([1, 7]);
  });

  it('shows a binary key as hexadecimal digits', () => {
    const { sessions, told } = opened();
    sessions.add(Uint8Array.of(0xab, 0x01, 0xff), 0, 3, false, 1, 0, 0, -1);
    sessions.advance(10_000);
    expect(told[0].key).toBe('ab01ff');
  });
});
