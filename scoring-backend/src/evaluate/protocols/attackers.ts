/**
 * Two logs with attacks inside: sshd with brute force, and a web server under a scanner. Whom the log shows attacking is
 * counted here by plain means; the engine, reading from the first line on, is to name each of them, and nobody else.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { Engine } from '../../engine/engine.ts';
import type { Anomaly, Reason } from '../../engine/outputs.ts';
import { engineSettings } from '../../engine/settings.ts';
import { fileRecords } from '../../sources/files.ts';
import { createTemplateMiner } from '../../templates/miner.ts';
import type { EvaluationProgress } from '../evaluation.ts';
import { memoryInput } from '../memory-input.ts';
import type { Outcome, Protocol } from './protocol.ts';

const ATTACKS: ReadonlySet<Reason['kind']> = new Set([
  ...(['brute_force', 'credential_stuffing', 'request_burst'] as const),
  ...(['sql_injection', 'xss', 'path_traversal', 'command_injection'] as const),
]);
const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}\b/;
/** An address with this many lines of failed log-ins is guessing, unless it was let in more often than that. */
const GUESSES = 20;
/** Requests of the scanner name it as their user agent. */
const SCANNER = /"w3af/;

export const sshd: Protocol = {
  name: 'sshd',
  method: `an sshd log from its first line on; attackers are the addresses with ${GUESSES} lines of failed log-ins or more, and more than log-ins that succeeded`,
  run(data, progress) {
    const bytes = gunzipSync(readFileSync(join(data, 'security/sshd-auth.log.gz')));
    const failed = linesByAddress(bytes, /Failed password|Invalid user|authentication failure/);
    const letIn = linesByAddress(bytes, /Accepted (password|publickey)/);
    const isGuessing = (address: string): boolean => (failed.get(address) ?? 0) > (letIn.get(address) ?? 0);
    const attackers = [...failed]
      .filter(([address, lines]) => lines >= GUESSES && isGuessing(address))
      .map(([address]) => address);
    return judge('sshd', bytes, attackers, (address) => !isGuessing(address), progress);
  },
};

export const w3af: Protocol = {
  name: 'w3af',
  method: 'the access log of a web server under the scanner w3af, from its first line on',
  run(data, progress) {
    const bytes = gunzipSync(readFileSync(join(data, 'security/w3af.txt.gz')));
    const attackers = [...linesByAddress(bytes, SCANNER).keys()];
    return judge('w3af', bytes, attackers, (address) => !attackers.includes(address), progress);
  },
};

/** Lines that match, by the first address in them. */
function linesByAddress(bytes: Uint8Array, pattern: RegExp): Map<string, number> {
  const lines = new Map<string, number>();
  for (const line of Buffer.from(bytes).toString('latin1').split('\n')) {
    const address = pattern.test(line) ? ADDRESS.exec(line)?.[0] : undefined;
    if (address !== undefined) lines.set(address, (lines.get(address) ?? 0) + 1);
  }
  return lines;
}

async function judge(
  name: string,
  bytes: Uint8Array,
  attackers: readonly string[],
  isHarmless: (address: string) => boolean,
  progress: EvaluationProgress,
): Promise<Outcome> {
  const engine = new Engine(engineSettings(), createTemplateMiner);
  const input = memoryInput(name, bytes);
  progress.reading(input);
  const anomalies: Anomaly[] = [];
  for await (const { batch } of fileRecords(input, engine)) {
    engine.score(batch, VerdictBatch.create(batch.records), { learn: true });
    anomalies.push(...engine.takeOutputs({ catalogue: false }).anomalies);
  }
  const told = new Map<string, number>();
  for (const { reasons } of anomalies) {
    const attack = reasons.find(({ kind }) => ATTACKS.has(kind));
    const address = attack === undefined ? undefined : ADDRESS.exec(attack.text)?.[0];
    if (attack === undefined || address === undefined) continue;
    const key = `${attack.kind} ${address}`;
    told.set(key, (told.get(key) ?? 0) + 1);
  }
  const named = new Set([...told.keys()].map((key) => key.split(' ')[1]));
  return {
    unit: 'address',
    facts: {
      attackers: attackers.length,
      attackersFound: attackers.filter((address) => named.has(address)).length,
      shareFound: attackers.filter((address) => named.has(address)).length / attackers.length,
      toldMoreThanOnce: [...told.values()].filter((times) => times > 1).length,
      missed: attackers.filter((address) => !named.has(address)).join(' '),
      harmlessNamed: [...named].filter(isHarmless).length,
      findings: [...told.keys()].slice(0, 12).join('; '),
    },
  };
}
