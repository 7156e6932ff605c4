/**
 * The jars of a Kafka broker, brought by Maven as pom.xml names them and checked against jars.sha256. They are kept under
 * `.cache/`, in a folder named by the hash of both files.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const here = import.meta.dirname;
const pom = join(here, 'pom.xml');
const sums = join(here, 'jars.sha256');
const cache = resolve(here, '../../../.cache');
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/** Folder of the jars, brought where they are not there yet. Needs Maven. @throws Error when a file is another than pinned */
export function kafkaJars(): string {
  const folder = join(cache, `kafka-${sha256(pom, sums).slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  const fresh = `${folder}-${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  execFileSync('mvn', ['-q', '-B', '-ntp', COPY, '-f', pom, `-DoutputDirectory=${fresh}`], { stdio: 'pipe' });
  const expected = readFileSync(sums, 'utf8').trim().split('\n');
  const found = readdirSync(fresh).map((name) => `${sha256(join(fresh, name))}  ${name}`);
  const strange = [...expected, ...found].filter((line) => !expected.includes(line) || !found.includes(line));
  if (strange.length > 0)
    throw new Error(`the jars of the broker are not those of jars.sha256:\n${strange.join('\n')}`);
  // Another worker may have been faster.
  if (existsSync(folder)) rmSync(fresh, { recursive: true });
  else renameSync(fresh, folder);
  return folder;
}

function sha256(...files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex');
}
