import { describe, expect, it } from 'vitest';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { createMessageMiner } from '../../test/quality/calibration-miner.ts';
import { sessionOf } from '../detectors/sequence/session-features.ts';
import { linesToOtlp } from '../sources/json-logs.ts';
import { OtlpSource } from '../sources/otlp.ts';
import { createTemplateMiner } from '../templates/miner.ts';
import { Engine } from './engine.ts';
import type { Anomaly } from './outputs.ts';
import { RecordBatch } from './record-batch.ts';
import { SessionJudge } from './sessions/session-judge.ts';
import { engineSettings } from './settings.ts';
import { StateWriter } from '../columns/state-codec.ts';

const T0 = Date.UTC(2026, 0, 5, 10);

interface Line {
  readonly timeMs: number;
  readonly text: string;
  readonly trace?: number;
}

function feed(engine: Engine, lines: readonly Line[]): void {
  const source = new OtlpSource();
  for (let from = 0; from < lines.length; from += 1000) {
    const part = lines.slice(from, from + 1000);
    const batch = new RecordBatch();
    const sent = part.map(({ timeMs, text, trace }) => ({
      ...{ service: 'shop', timestamp: timeMs, message: text },
      ...(trace === undefined ? {} : { metadata: { trace_id: trace.toString(16).padStart(32, '0') } }),
    }));
    source.read(new Uint8Array(linesToOtlp(sent, T0 + 30 * 86_400_000)), '', engine, batch);
    engine.score(batch, VerdictBatch.create(batch.records), { learn: true });
  }
}

function found(engine: Engine, unit: Anomaly['unit']): Anomaly[] {
  return engine.takeOutputs({ catalogue: false }).anomalies.filter((anomaly) => anomaly.unit === unit);
}

/** A shop that takes payments, one line in two seconds, for half a day and more. */
function payments(fromSecond: number, toSecond: number): Line[] {
  return Array.from({ length: (toSecond - fromSecond) / 2 }, (_, i) => {
    const s = fromSecond + 2 * i;
    const text =
      s % 4 === 0
        ? `Payment p-${10_000 + s} accepted by bank in ${20 + ((s * 131) % 301)} ms`
        : `Cart of customer c${s} has ${1 + (s % 6)} items`;
    return { timeMs: T0 + s * 1000, text };
  });
}

const HALF_A_DAY = 80_000;

describe('the explanation of a record', () => {
  it('names the known line most like a new one, what differs, the chance of a new one, and the verdict as that line', () => {
    const engine = new Engine(engineSettings(), createTemplateMiner);
    feed(engine, payments(0, HALF_A_DAY));
    expect(found(engine, 'record')).toEqual([]);
    feed(engine, [{ timeMs: T0 + HALF_A_DAY * 1000, text: 'Payment p-99999 refused by fraud guard in 31 ms' }]);
    feed(engine, payments(HALF_A_DAY + 2, HALF_A_DAY + 60));
    const [anomaly] = found(engine, 'record');
    const { explanation, reasons } = anomaly;
    expect(reasons[0].kind).toBe('new_template');
    expect(reasons[0].expected).toBeGreaterThan(0);
    expect(reasons[0].expected).toBeLessThan(0.001);
    expect(explanation?.contributions).toEqual([
      { feature: 'new_template', share: 1, expected: reasons[0].expected, actual: 1 },
    ]);
    expect(explanation?.drivers).toEqual([
      { templateId: anomaly.templateId, template: anomaly.template, expected: reasons[0].expected, actual: 1 },
    ]);
    expect(explanation?.nearestNormal?.text).toMatch(
      /^the known line most like it is “Payment .* accepted by .*”: here “refused” instead of “accepted”, with “guard” in addition$/,
    );
    const check = explanation?.check;
    expect(check).toMatchObject({ before: anomaly.magnitude, weak: false });
    expect(check?.after).toBeLessThan(1);
    expect(check?.text).toMatch(/^without the new kind of line .*: 1 in [\d,]+ → quite normal$/);
  });

  it('says what the values in the place of an odd one are like, and the verdict without it', () => {
    const engine = new Engine(engineSettings({ budgetPerWeek: 20 }), createTemplateMiner);
    feed(engine, payments(0, HALF_A_DAY));
    found(engine, 'record');
    const text = 'Payment p-91000 accepted by bank in 6400000 ms';
    feed(engine, [{ timeMs: T0 + HALF_A_DAY * 1000, text }]);
    feed(engine, payments(HALF_A_DAY + 2, HALF_A_DAY + 60));
    const [anomaly] = found(engine, 'record').filter(({ reasons }) => reasons[0].kind === 'parameter_value');
    expect(anomaly.explanation?.nearestNormal?.text).toMatch(
      /^the values in its place: mostly between [34]\d and [23]\d0$/,
    );
    expect(anomaly.explanation?.contributions[0]).toMatchObject({ feature: 'value after “in”', actual: 6_400_000 });
    expect(anomaly.explanation?.check).toMatchObject({ after: 0, weak: false });
  });

  it('counts what an attacker did, and says that nothing is left without it', () => {
    const engine = new Engine(engineSettings(), createTemplateMiner);
    const logins = Array.from({ length: 900 }, (_, i) => ({
      ...{ timeMs: T0 + i * 2000, text: `Login of user${i % 37} from 10.0.0.${i % 250} accepted` },
    }));
    const guesses = Array.from({ length: 60 }, (_, i) => ({
      ...{ timeMs: T0 + 1_800_000 + i * 500, text: 'Login of admin from 203.0.113.7 failed: wrong password' },
    }));
    feed(engine, [...logins, ...guesses]);
    const [anomaly] = found(engine, 'record').filter(({ reasons }) => reasons[0].kind === 'brute_force');
    const { contributions, check } = anomaly.explanation ?? {};
    const attack = contributions?.find(({ feature }) => feature === 'failed logins in 10 minutes');
    expect(attack?.actual).toBeGreaterThan(attack?.expected ?? Infinity);
    expect(check?.without).toContain('the brute force');
    expect(check?.after).toBeLessThan(check?.before ?? 0);
  });
});

const STEPS = ['order received', 'stock reserved', 'payment taken', 'parcel packed', 'order closed'];

/** One a second; one in ten takes two payments, as they may. */
function sessions(from: number, to: number, steps?: readonly string[]): Line[] {
  const usual = (number: number): readonly string[] => (number % 10 === 3 ? TWO_PAYMENTS : STEPS);
  return Array.from({ length: to - from }, (_, i) => from + i).flatMap((number) =>
    (steps ?? usual(number)).map((text, step) => ({
      timeMs: T0 + number * 1_000 + step * 100,
      text,
      trace: number + 1,
    })),
  );
}

const TWO_PAYMENTS = [...STEPS.slice(0, 3), 'payment taken', ...STEPS.slice(3)];

describe('the explanation of a session', () => {
  const budget = engineSettings({ budgetPerWeek: 100 });

  /** What is said of one session with these steps after 6,000 usual ones. */
  function said(steps: readonly string[]): Anomaly {
    const engine = new Engine(budget, createMessageMiner);
    feed(engine, sessions(0, 6_000));
    feed(engine, sessions(6_000, 6_001, steps));
    feed(engine, sessions(6_001, 6_200));
    const anomalies = found(engine, 'session');
    expect(anomalies).toHaveLength(1);
    return anomalies[0];
  }

  it('puts the missing events of one that stops early in, and is left with a normal one', () => {
    const { explanation, magnitude } = said(STEPS.slice(0, 3));
    expect(explanation?.nearestNormal?.text).toMatch(
      /^the normal kind of session most like it \([\d,]+ so far\) has “(parcel packed|order closed)” once where this one has it not at all/,
    );
    expect(explanation?.nearestNormal?.differences).toHaveLength(2);
    expect(explanation?.check).toMatchObject({ before: magnitude, weak: false });
    expect(explanation?.check?.after).toBeLessThan(1);
    expect(explanation?.check?.without).toContain('its early end (“parcel packed” put in)');
  });

  it('takes an event out that came too often', () => {
    const steps = [...STEPS.slice(0, 3), 'payment taken', 'payment taken', 'payment taken', ...STEPS.slice(3)];
    const { explanation } = said(steps);
    const payment = explanation?.drivers.find(({ template }) => template === 'payment taken');
    expect(payment).toMatchObject({ expected: 1, actual: 4 });
    expect(explanation?.check).toMatchObject({ weak: false });
    const shares = explanation?.contributions.reduce((sum, { share }) => sum + share, 0);
    expect(shares).toBeCloseTo(1, 10);
  });

  it('says of another order that the events are the same', () => {
    const { explanation } = said([STEPS[0], STEPS[3], STEPS[1], STEPS[2], STEPS[4]]);
    expect(explanation?.nearestNormal?.text).toContain('has the same events as often, in another order');
    expect(explanation?.check?.after).toBeLessThan(explanation?.check?.before ?? 0);
  });

  it('changes nothing about what is learned', () => {
    const [explained, plain] = [new SessionJudge(1), new SessionJudge(1)];
    for (const judge of [explained, plain])
      for (let i = 0; i < 900; i++) judge.learn(sessionOf([5, 6, 7, 8 + (i % 2)]));
    for (const events of [
      [5, 6],
      [5, 7, 6, 8],
      [5, 6, 7, 8],
    ]) {
      const session = sessionOf(events);
      const judgement = explained.judge(session);
      expect(plain.judge(session)).toEqual(judgement);
      const { check } = explained.explain(session, judgement);
      expect(check.after).toBeLessThanOrEqual(check.before);
      for (const judge of [explained, plain]) judge.learn(session);
    }
    const [a, b] = [explained, plain].map((judge) => {
      const to = new StateWriter();
      judge.save(to);
      return to.finish();
    });
    expect(Buffer.compare(a, b)).toBe(0);
  });
});
