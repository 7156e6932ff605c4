/** Attackers of several speeds among honest people, in the lines that sshd and web servers write. */
import { describe, expect, it } from 'vitest';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { SeededRandom } from '../detectors/random.ts';
import { memoryInput } from '../evaluate/memory-input.ts';
import { fileRecords } from '../sources/files.ts';
import { createTemplateMiner } from '../templates/miner.ts';
import { Engine } from './engine.ts';
import { engineSettings } from './settings.ts';

const START = Date.UTC(2026, 2, 3, 8);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ATTACKS = /^(brute|credential|request_burst|sql|xss|path|command)/;

/** A log that is written out of order. */
class Log {
  readonly #lines: { atMs: number; text: string }[] = [];
  readonly #write: (time: Date, text: string) => string;

  constructor(write: (time: Date, text: string) => string) {
    this.#write = write;
  }

  add(atMs: number, ...texts: string[]): void {
    for (const text of texts) this.#lines.push({ atMs, text });
  }

  repeat(times: number, fromMs: number, stepMs: number, text: (i: number) => string[]): void {
    for (let i = 0; i < times; i++) this.add(fromMs + i * stepMs, ...text(i));
  }

  /** The addresses or accounts that the engine names when it reads this log, with what it calls them. */
  async named(): Promise<string[]> {
    const lines = this.#lines.toSorted((a, b) => a.atMs - b.atMs);
    const text = lines.map((line) => this.#write(new Date(START + line.atMs), line.text)).join('\n');
    const engine = new Engine(engineSettings(), createTemplateMiner);
    const named: string[] = [];
    for await (const { batch } of fileRecords(memoryInput('log', new TextEncoder().encode(`${text}\n`)), engine)) {
      engine.score(batch, VerdictBatch.create(batch.records), { learn: true });
      for (const { reasons } of engine.takeOutputs({ catalogue: false }).anomalies)
        for (const { kind, text: reason } of reasons)
          if (ATTACKS.test(kind)) named.push(`${kind} ${/(?:from|account) ([^\s:]+)/.exec(reason)?.[1] ?? reason}`);
    }
    return named.sort();
  }
}

function refused(address: string, user: string): string[] {
  return [
    `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}  user=${user}`,
    `Failed password for ${user} from ${address} port 40022 ssh2`,
  ];
}

describe('attackers of several speeds', () => {
  it('are named once each in an sshd log, and nobody who works there', { timeout: 60_000 }, async () => {
    const random = new SeededRandom(5);
    const log = new Log(
      (time, text) => `${time.toISOString().slice(0, 19)} host1 sshd[${time.getTime() % 9973}]: ${text}`,
    );
    for (let i = 0; i < 600; i++) {
      const [address, user] = [`10.0.0.${Math.floor(random.next() * 30)}`, `user${Math.floor(random.next() * 20)}`];
      const atMs = i * 4 * MINUTE;
      if (random.next() < 0.1) log.add(atMs - 4_000, ...refused(address, user));
      log.add(atMs, `Accepted password for ${user} from ${address} port 50022 ssh2`);
    }
    log.repeat(300, HOUR, 1_000, () => refused('203.0.113.1', 'root'));
    log.repeat(60, 2 * HOUR, 50_000, () => refused('203.0.113.2', 'root'));
    log.repeat(80, 3 * HOUR, 12 * MINUTE, () => refused('203.0.113.3', 'root'));
    log.repeat(30, 4 * HOUR, 2_000, (i) => [
      `Invalid user name${i} from 203.0.113.4`,
      `input_userauth_request: invalid user name${i} [preauth]`,
      'Connection closed by 203.0.113.4 [preauth]',
    ]);
    log.repeat(6, 5 * HOUR, 30_000, () => [
      'Failed password for root from 203.0.113.5 port 40022 ssh2',
      'message repeated 5 times: [ Failed password for root from 203.0.113.5 port 40022 ssh2]',
    ]);
    expect(await log.named()).toEqual([
      'brute_force 203.0.113.1',
      'brute_force 203.0.113.2',
      'brute_force 203.0.113.3',
      'brute_force 203.0.113.5',
      'credential_stuffing 203.0.113.4',
    ]);
  });

  it('are named once each in an access log, and no visitor', { timeout: 60_000 }, async () => {
    const random = new SeededRandom(6);
    const log = new Log((time, text) => JSON.stringify({ time: time.toISOString(), ...(JSON.parse(text) as object) }));
    const line = (address: string, request: string, status: number): string =>
      JSON.stringify({ remote_ip: address, request: `${request} HTTP/1.1`, response: status, bytes: 512 });
    for (let i = 0; i < 12_000; i++) {
      const address = `84.2.${Math.floor(random.next() * 8)}.${Math.floor(random.next() * 60)}`;
      log.add(
        i * 1_800,
        line(address, `GET /page/${Math.floor(random.next() * 40)}`, random.next() < 0.02 ? 404 : 200),
      );
    }
    log.repeat(400, HOUR, 200, (i) => [line('203.0.113.1', `GET /backup${i}.zip`, i % 9 === 0 ? 403 : 404)]);
    log.repeat(100, HOUR, 45_000, (i) => [line('203.0.113.2', `GET /old${i}.php`, 404)]);
    log.repeat(40, 2 * HOUR, 1_500, (i) => [
      line('203.0.113.3', `GET /item?id=${i}%20UNION%20SELECT%20NULL,${i}--`, 200),
    ]);
    log.repeat(200, 3 * HOUR, 2_000, () => [line('203.0.113.4', 'POST /login', 401)]);
    log.repeat(60, 2 * HOUR, 3 * MINUTE, () => [line('203.0.113.5', 'POST /login', 401)]);
    log.repeat(3_000, 5 * HOUR, 60, (i) => [line('203.0.113.6', `GET /search?q=${i}`, 200)]);
    expect(await log.named()).toEqual([
      'brute_force 203.0.113.4',
      'brute_force 203.0.113.5',
      'request_burst 203.0.113.1',
      'request_burst 203.0.113.2',
      'request_burst 203.0.113.6',
      'sql_injection 203.0.113.3',
    ]);
  });
});
