/**
 * Real logs without faults, as far as that is known, as inputs of the file source:
 * HDFS without the lines of blocks labelled anomalous, the correct runs of LO2, and two unlabelled web logs and an sshd
 * log taken as they are: what is odd in them is part of what such a service sees every day.
 *
 * Fault-free is said of lines, not of rates: HDFS holds jobs that raise its rate a hundredfold for minutes, the Apache log
 * holds one minute of each hour, the sshd log waves of log-in attempts.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LogInput } from '../../src/sources/log-input.ts';

export interface RealLog {
  readonly name: string;
  /** Holds attacks, as the page of the data says: of its records nothing is promised, the attackers' are odd. */
  readonly attacked: boolean;
  readonly input: LogInput;
}

export function* realLogs(data: string): Generator<RealLog> {
  const lines = (file: string): string[] =>
    gunzipSync(readFileSync(join(data, file)))
      .toString('latin1')
      .split('\n');
  const odd = new Set(
    lines('hdfs-raw/labels.csv.gz')
      .filter((line) => line.endsWith(',1'))
      .map((line) => line.split(',')[0]),
  );
  const normal = (line: string): boolean => !(line.match(/blk_-?\d+/g) ?? []).some((block) => odd.has(block));
  yield log('hdfs', lines('hdfs-raw/hdfs.log.gz').filter(normal));
  yield log('apache access', lines('web/apache-access.log.gz'));
  yield log('sshd', lines('security/sshd-auth.log.gz'));
  yield log('nginx json', lines('web/nginx-json.log.gz'));
  const archive = join(data, 'lo2/lo2-labeled.tar.gz');
  for (const service of ['token', 'service', 'code', 'refresh-token', 'client', 'user'])
    for (const run of ['correct_1', 'correct_2', 'correct_3']) {
      const file = `${run}/light-oauth2-oauth2-${service}-1.log`;
      const text = execFileSync('tar', ['xzOf', archive, file], { maxBuffer: 1 << 28 }).toString('latin1');
      // The first lines tell of the run before: they were cut in the published protocol as well.
      yield log(`lo2 ${service}`, text.split('\n').slice(100));
    }
}

function log(name: string, lines: readonly string[]): RealLog {
  const bytes = Buffer.from(lines.filter((line) => line !== '').join('\n') + '\n', 'latin1');
  const input = {
    path: name,
    service: name,
    size: bytes.length,
    modifiedMs: Date.UTC(2024, 5, 1),
    bytesRead: () => bytes.length,
    chunks: chunksOf(bytes),
  };
  return { name, attacked: name === 'sshd', input };
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1 << 18) yield bytes.subarray(at, at + (1 << 18));
}
