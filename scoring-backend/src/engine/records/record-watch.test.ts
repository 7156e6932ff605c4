import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { TimestampReader } from '@seismo/otel-processor/normalise/timestamp';
import { ADDRESS, STATUS, USER } from '@seismo/otel-processor/otlp/record-keys';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { createTemplateMiner } from '../../templates/miner.ts';
import { Engine } from '../engine.ts';
import type { Anomaly } from '../outputs.ts';
import { RecordBatch } from '../record-batch.ts';
import { engineSettings } from '../settings.ts';

const T0 = Date.UTC(2026, 0, 1);
const encoder = new TextEncoder();

interface Line {
  readonly timeMs: number;
  readonly text: string;
  readonly values?: readonly (readonly [number, string])[];
}

/** Scores lines of one service in batches of `size`. */
function score(engine: Engine, lines: readonly Line[], size = 500): VerdictBatch[] {
  const stream = engine.stream({ tenant: '', namespace: '', service: 'shop', environment: '' });
  const verdicts: VerdictBatch[] = [];
  for (let from = 0; from < lines.length; from += size) {
    const part = lines.slice(from, from + size);
    const batch = new RecordBatch();
    batch.grow(part.length);
    batch.records = part.length;
    batch.bytes = encoder.encode(
      part.map(({ text, values = [] }) => text + values.map(([, v]) => v).join('')).join(''),
    );
    let at = 0;
    part.forEach(({ timeMs, text, values = [] }, i) => {
      batch.stream[i] = stream;
      batch.timeMs[i] = timeMs;
      batch.severity[i] = 9;
      batch.messageStart[i] = batch.lineStart[i] = at;
      batch.messageEnd[i] = batch.lineEnd[i] = at += encoder.encode(text).length;
      batch.templateStart[i] = batch.traceStart[i] = -1;
      for (const [meaning, value] of values) batch.addText(i, meaning, at, (at += encoder.encode(value).length));
    });
    const verdict = VerdictBatch.create(part.length);
    engine.score(batch, verdict, { learn: true });
    verdicts.push(verdict);
  }
  return verdicts;
}

function newEngine(): Engine {
  return new Engine(engineSettings(), createTemplateMiner);
}

function attacks(anomalies: readonly Anomaly[]): { kind: string; text: string }[] {
  return anomalies
    .filter((anomaly) => anomaly.unit === 'record')
    .flatMap(({ reasons }) => reasons.slice(0, 1))
    .filter(({ kind }) => !['new_template', 'rare_template', 'parameter_value'].includes(kind))
    .map(({ kind, text }) => ({ kind, text }));
}

/** Lines of a log file with the times that stand in them, in their order. */
function linesOf(file: string): Line[] {
  const text = gunzipSync(readFileSync(join(referenceData ?? '', file))).toString('utf8');
  const times = new TimestampReader();
  let timeMs = T0;
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const bytes = encoder.encode(line);
      const read = times.read(bytes, 0, bytes.length, timeMs);
      if (!Number.isNaN(read)) timeMs = read;
      return { timeMs, text: line };
    })
    .sort((a, b) => a.timeMs - b.timeMs);
}

function shop(seconds: number): Line[] {
  return Array.from({ length: seconds }, (_, s) => ({
    timeMs: T0 + s * 1000,
    text:
      s % 20 === 0
        ? `Login of user${s % 37} from 10.0.0.${s % 250} accepted`
        : `10.0.1.${s % 250} "GET /cart/${(s * 7) % 900}?sort=price HTTP/1.1" 200 ${20 + (s % 9)}ms`,
  }));
}

describe('what records show of attacks', () => {
  it('tells a guesser of passwords by address and technique, once, in the verdict and as an anomaly', () => {
    const engine = newEngine();
    const guesses = Array.from({ length: 200 }, (_, i) => ({
      timeMs: T0 + 600_000 + i * 500,
      text: `Login of admin from 203.0.113.7 failed: wrong password`,
    }));
    const verdicts = score(engine, [...shop(600), ...guesses]);
    const found = attacks(engine.takeOutputs().anomalies);
    expect(found).toHaveLength(1);
    expect(found[0].kind).toBe('brute_force');
    expect(found[0].text).toMatch(
      /^brute force from 203\.0\.113\.7: \d+ failed logins in 10 minutes \(T1110\.001 Password Guessing\)$/,
    );
    const last = verdicts[verdicts.length - 1];
    expect(last.reasons(last.records - 1)[0]).toContain('brute force from 203.0.113.7');
    expect(last.score[last.records - 1]).toBeGreaterThan(0.5);
    expect(last.margin[last.records - 1]).toBeLessThanOrEqual(0);
  });

  it('works from the first line, with low confidence', () => {
    const engine = newEngine();
    const lines = Array.from({ length: 30 }, (_, i) => ({
      timeMs: T0 + i * 100,
      text: `203.0.113.9 "GET /item?id=${i}%27%20UNION%20SELECT%20password%20FROM%20users-- HTTP/1.1" 200 12ms`,
    }));
    score(engine, lines);
    const anomaly = engine.takeOutputs().anomalies.find(({ reasons }) => reasons[0].kind === 'sql_injection');
    expect(anomaly?.reasons[0].text).toContain('SQL injection from 203.0.113.9');
    expect(anomaly?.confidence).toBeLessThan(0.1);
  });

  it('takes addresses, accounts and status from attributes before it reads the message', () => {
    const engine = newEngine();
    const lines = Array.from({ length: 40 }, (_, i) => ({
      timeMs: T0 + i * 1000,
      text: `request ${i} via 10.9.9.9 answered`,
      values: [
        [ADDRESS, '203.0.113.20'],
        [USER, 'carla'],
        [STATUS, '401'],
      ] as const,
    }));
    score(engine, lines, 7);
    expect(attacks(engine.takeOutputs().anomalies).map(({ text }) => text.slice(0, 29))).toEqual([
      'brute force from 203.0.113.20',
    ]);
  });

  it('says which parameter of a common template is odd, and what was expected', () => {
    const lines = Array.from({ length: 6_000 }, (_, s) => ({
      timeMs: T0 + s * 1_000,
      text: `order ${(s * 7919) % 99_991} of customer${(s * 31) % 4000} packed in ${30 + Math.floor(((s * 0.6180339887) % 1) * 223)} ms`,
    }));
    // The first of its 30 s is always among the samples.
    lines[5_010] = { ...lines[5_010], text: 'order 50505 of customer7 packed in 900000 ms' };
    const [verdicts] = score(newEngine(), lines, 6_000);
    expect(verdicts.score[5_010]).toBeGreaterThan(0.6);
    expect(verdicts.reasons(5_010)[0]).toMatch(/^“900000 ms” after “in” is far out, usual are about 1\d\d: “order/);
    const odd = Array.from(verdicts.score).filter((score, i) => i > 1_000 && score >= 0.75);
    expect(odd.length).toBeLessThan(5);
  });

  it('finds the attackers in a real sshd log, each once, and nobody without five failures', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const engine = newEngine();
    const lines = linesOf('security/sshd-auth.log.gz');
    score(engine, lines);
    const found = attacks(engine.takeOutputs().anomalies).map(({ text }) => / from (\S+):/.exec(text)?.[1] ?? text);
    expect(new Set(found).size).toBe(found.length);
    const failures = new Map<string, number[]>();
    const turnedAway = new Set(lines.map(({ text }) => / Failed \S+ for .* from (\S+) port/.exec(text)?.[1]));
    for (const { text, timeMs } of lines) {
      // Some only hear that there is no such user: no password was asked for.
      const unknown = /(\d+ times: )?Invalid user .*from (\S+)$/.exec(text);
      const failed =
        unknown !== null && !turnedAway.has(unknown[2])
          ? unknown
          : /(?:message repeated (\d+) times: \[ )?Failed \S+ for .* from (\S+) port/.exec(text);
      if (failed === null) continue;
      const times = failures.get(failed[2]) ?? [];
      for (let k = 0; k < Number(failed[1] ?? 1); k++) times.push(timeMs);
      failures.set(failed[2], times);
    }
    // Ten failures within ten minutes are an attack by any measure.
    const isAttack = (times: readonly number[], many: number): boolean =>
      times.some((timeMs, i) => times[i + many - 1] - timeMs < 600_000);
    const certain = [...failures].filter(([, times]) => isAttack(times, 8)).map(([address]) => address);
    expect(certain.length).toBeGreaterThan(3);
    expect(certain.filter((address) => !found.includes(address))).toEqual([]);
    const unfounded = found.filter((address) => !isAttack(failures.get(address) ?? [], 4));
    expect(unfounded).toEqual([]);
  }, 60_000);

  it('finds the web scanner in a real access log, each of its addresses once, and no visitor', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const engine = newEngine();
    score(engine, linesOf('security/w3af.txt.gz'));
    const found = attacks(engine.takeOutputs().anomalies).map(({ text }) => / from (\S+):/.exec(text)?.[1]);
    // Both addresses say "w3af.org" in their user agent.
    expect(found.sort()).toEqual(['192.168.1.20', '192.168.4.163']);
  }, 60_000);

  it.for(['web/apache-access.log.gz', 'openstack/nova-sample.log.gz', 'web/nginx-json.log.gz'])(
    'finds no attack in %s',
    { timeout: 60_000 },
    (file, context) => {
      context.skip(referenceData === undefined, NO_REFERENCE_DATA);
      const engine = newEngine();
      score(engine, linesOf(file));
      expect(attacks(engine.takeOutputs().anomalies)).toEqual([]);
    },
  );
});
