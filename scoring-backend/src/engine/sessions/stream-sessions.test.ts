import { describe, expect, it } from 'vitest';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { SESSION } from '@seismo/otel-processor/otlp/record-keys';
import { createMessageMiner } from '../../../test/quality/calibration-miner.ts';
import { Engine } from '../engine.ts';
import type { Anomaly } from '../outputs.ts';
import { RecordBatch } from '../record-batch.ts';
import { engineSettings } from '../settings.ts';

const T0 = 1_760_000_000_000;
const STEPS = ['order received', 'stock reserved', 'payment taken', 'parcel packed', 'order closed'];
const SETTINGS = engineSettings({ budgetPerWeek: 100 });

/** Records of one session: its number, the steps it takes, and how they are tied together. */
interface Session {
  readonly number: number;
  readonly steps: readonly string[];
}

/** 'by both': the attribute is the order's, the trace id one of all. */
function feed(
  engine: Engine,
  sessions: readonly Session[],
  tied: 'by trace' | 'by id' | 'by attribute' | 'by both',
): void {
  const stream = engine.stream({ tenant: '', namespace: '', service: 'shop', environment: '' });
  for (const { number, steps } of sessions) {
    const id = `ord_${100_000 + number}`;
    const batch = new RecordBatch();
    const texts = steps.map((step) => (tied === 'by id' ? `${step} ${id}` : step));
    batch.bytes = Buffer.concat([
      Buffer.from(texts.join('')),
      Buffer.alloc(16, id),
      Buffer.alloc(16, 'one trace of all'),
    ]);
    batch.records = steps.length;
    let at = 0;
    texts.forEach((text, i) => {
      batch.stream[i] = stream;
      batch.timeMs[i] = T0 + number * 1_000 + i * 100;
      batch.severity[i] = 9;
      batch.messageStart[i] = batch.lineStart[i] = at;
      at += text.length;
      batch.messageEnd[i] = batch.lineEnd[i] = at;
      batch.templateStart[i] = -1;
      const keyStart = batch.bytes.length - 32;
      batch.traceStart[i] = tied === 'by trace' ? keyStart : tied === 'by both' ? keyStart + 16 : -1;
      if (tied === 'by attribute' || tied === 'by both') batch.addText(i, SESSION, keyStart, keyStart + id.length);
    });
    engine.score(batch, VerdictBatch.create(batch.records), { learn: true });
  }
}

/** Sessions one a second; a few do another step twice, as they may. */
function normal(from: number, to: number): Session[] {
  return Array.from({ length: to - from }, (_, i) => {
    const number = from + i;
    const steps = number % 10 === 3 ? [...STEPS.slice(0, 3), 'payment taken', ...STEPS.slice(3)] : STEPS;
    return { number, steps };
  });
}

function sessionAnomalies(engine: Engine): Anomaly[] {
  return engine.takeOutputs().anomalies.filter((anomaly) => anomaly.unit === 'session');
}

const textMiner: typeof createMessageMiner = (settings, state) => {
  const miner = createMessageMiner(settings, state);
  const mine = miner.mine.bind(miner);
  // The id at the end is a parameter.
  miner.mine = (bytes, start, end) =>
    mine(bytes, start, Math.min(end, start + bytes.subarray(start, end).lastIndexOf(95) - 3));
  return miner;
};

describe('sessions in the engine', () => {
  it('flags a trace that stops too early, and says after which step and what was expected', () => {
    const engine = new Engine(SETTINGS, createMessageMiner);
    feed(engine, normal(0, 6_000), 'by trace');
    expect(sessionAnomalies(engine)).toEqual([]);
    feed(engine, [{ number: 6_000, steps: STEPS.slice(0, 2) }], 'by trace');
    feed(engine, normal(6_001, 6_200), 'by trace');
    const found = sessionAnomalies(engine);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ startMs: T0 + 6_000_000, endMs: T0 + 6_000_100 });
    expect(found[0].margin).toBeGreaterThan(0);
    const ended = found[0].reasons.find((reason) => reason.kind === 'session_end');
    expect(ended?.text).toMatch(/it ended after “stock reserved”; “payment taken” was expected \(\d+/);
    expect(found[0].examples.map((line) => line.text)).toContain('stock reserved');
    expect(engine.counters().sessions).toBeGreaterThan(6_100);
  });

  it('finds sessions by an id in the line, and flags one with its steps in another order', () => {
    const engine = new Engine(SETTINGS, textMiner);
    feed(engine, normal(0, 6_000), 'by id');
    expect(sessionAnomalies(engine)).toEqual([]);
    const steps = [STEPS[0], STEPS[3], STEPS[1], STEPS[2], STEPS[4]];
    feed(engine, [{ number: 6_000, steps }], 'by id');
    feed(engine, normal(6_001, 6_200), 'by id');
    const found = sessionAnomalies(engine);
    expect(found).toHaveLength(1);
    expect(found[0].reasons[0].text).toContain('session ord_106000');
    expect(found[0].reasons.map((reason) => reason.kind)).toContain('sequence');
  });

  it('takes the attribute session.id where there is no trace id', () => {
    const engine = new Engine(SETTINGS, createMessageMiner);
    feed(engine, normal(0, 300), 'by attribute');
    const { sessions } = engine.counters();
    expect(sessions).toBeGreaterThan(200);
    expect(sessions).toBeLessThanOrEqual(300);
  });

  it('takes a configured attribute before the trace id', () => {
    const engine = new Engine({ ...SETTINGS, sessionAttribute: 'order.id' }, createMessageMiner);
    feed(engine, normal(0, 300), 'by both');
    expect(engine.counters().sessions).toBeGreaterThan(200);
    const usual = new Engine(SETTINGS, createMessageMiner);
    feed(usual, normal(0, 300), 'by both');
    expect(usual.counters().sessions).toBe(0);
  });

  it('takes ids by the configured pattern from the first line on', () => {
    const engine = new Engine({ ...SETTINGS, sessionPattern: String.raw`ord_(\d+)` }, textMiner);
    feed(engine, normal(0, 300), 'by id');
    expect(engine.counters().sessions).toBeGreaterThan(200);
    const other = new Engine({ ...SETTINGS, sessionPattern: 'nothing like it' }, textMiner);
    feed(other, normal(0, 300), 'by id');
    expect(other.counters().sessions).toBe(0);
  });

  it('tells the same finding once an hour', () => {
    const engine = new Engine(SETTINGS, createMessageMiner);
    feed(engine, normal(0, 6_000), 'by trace');
    const odd = Array.from({ length: 5 }, (_, i) => ({ number: 6_000 + i * 40, steps: STEPS.slice(0, 2) }));
    feed(engine, odd, 'by trace');
    feed(engine, normal(6_200, 6_400), 'by trace');
    expect(sessionAnomalies(engine)).toHaveLength(1);
  });

  it('tells a changed flow once, and takes it as normal from then on', () => {
    const engine = new Engine(SETTINGS, createMessageMiner);
    feed(engine, normal(0, 6_000), 'by trace');
    // A release: every third session pays and packs by other steps from now on, for longer than a finding is held back.
    const steps = [STEPS[0], STEPS[1], 'invoice written', 'parcel handed over', STEPS[4]];
    const released = normal(6_000, 10_800).map((session) =>
      session.number % 3 === 0 ? { ...session, steps } : session,
    );
    feed(engine, released, 'by trace');
    expect(sessionAnomalies(engine)).toHaveLength(1);
  });

  it('says the same after a snapshot in the middle of a session', () => {
    const straight = new Engine(SETTINGS, createMessageMiner);
    feed(straight, normal(0, 1_000), 'by trace');
    const restored = Engine.restore(SETTINGS, createMessageMiner, straight.snapshot());
    for (const engine of [straight, restored]) {
      engine.takeOutputs();
      feed(engine, [{ number: 1_000, steps: STEPS.slice(0, 2) }, ...normal(1_001, 1_200)], 'by trace');
    }
    expect(restored.takeOutputs()).toEqual(straight.takeOutputs());
  });
});
