import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../otel-processor/test/needs.ts';
import { StateReader, StateWriter } from '../columns/state-codec.ts';
import { IdFinder } from './id-finder.ts';
import { IdTokens } from './id-tokens.ts';

/** Ids in a line, whatever their kind. */
function idsIn(line: string): string[] {
  const bytes = Buffer.from(line);
  const tokens = new IdTokens();
  const found: string[] = [];
  for (let at = 0; tokens.next(bytes, at, bytes.length); at = tokens.end)
    found.push(line.slice(tokens.start, tokens.end));
  return found;
}

/** Shows lines to a finder; templates are told apart by their words. */
function shown(lines: readonly string[], finder = new IdFinder()): IdFinder {
  const templates = new Map<string, number>();
  for (const line of lines) {
    const words = line.replaceAll(/\S*\d\S*/g, '');
    if (!templates.has(words)) templates.set(words, templates.size);
    const bytes = Buffer.from(line);
    if (!finder.known) finder.sample(bytes, 0, bytes.length, templates.get(words) ?? 0);
  }
  return finder;
}

function firstId(finder: IdFinder, line: string): string | undefined {
  const bytes = Buffer.from(line);
  return finder.next(bytes, 0, bytes.length) ? line.slice(finder.tokens.start, finder.tokens.end) : undefined;
}

/** Requests of three different lines each, ten of them interleaved. */
const requests = Array.from({ length: 3_000 }, (_, i) => {
  const id = `req_${100_000 + (i % 10) + 10 * Math.floor(i / 30)}`;
  const step = ['accepted', 'looked up', 'answered'][Math.floor(i / 10) % 3];
  return `10.0.0.${i % 7} worker-${i % 4} ${id} ${step} in ${i % 90} ms`;
});

describe('IdTokens', () => {
  it('finds ids of many forms, and neither words, times, addresses nor small numbers', () => {
    expect(idsIn('Receiving block blk_-1608999687919862906 src: /10.250.19.102:54106')).toEqual([
      'blk_-1608999687919862906',
    ]);
    expect(idsIn('[req-3ea4052c-895d-4b64-9e2d-04d64c4d94ab] GET')).toEqual([
      'req-3ea4052c-895d-4b64-9e2d-04d64c4d94ab',
    ]);
    expect(idsIn('trace 4bf92f3577b34da6a3ce929d0e0e4736 order=4711812')).toEqual([
      '4bf92f3577b34da6a3ce929d0e0e4736',
      '4711812',
    ]);
    expect(idsIn('2026-11-21 at 1763739000 since 20051103 from 10.0.0.1 took 12 ms, worker-3')).toEqual([]);
  });
});

describe('IdFinder', () => {
  it('learns which id ties the lines of a stream together', () => {
    const finder = shown(requests);
    expect(finder.known).toBe(true);
    expect(firstId(finder, 'peer 4711812 req_100007 answered')).toBe('req_100007');
  });

  it('learns none where ids come once each, or in one kind of line only', () => {
    const once = Array.from({ length: 4_000 }, (_, i) => `request req_${100_000 + i} done by ${i % 3}`);
    const one = Array.from({ length: 4_000 }, (_, i) => `request req_${100_000 + (i >> 2)} done`);
    expect(shown(once).known).toBe(false);
    expect(shown(one).known).toBe(false);
  });

  it('continues its sample from its state', () => {
    const half = shown(requests.slice(0, 1_500));
    const to = new StateWriter();
    half.save(to);
    const restored = new IdFinder();
    restored.load(new StateReader(to.finish()));
    expect(half.known).toBe(false);
    expect(shown(requests.slice(1_500), restored).known).toBe(true);
  });

  it.for([
    ['hdfs-raw/hdfs.log.gz', 'blk_'],
    ['openstack/nova-sample.log.gz', 'req-'],
  ] as const)('finds the sessions of real logs: %s', ([file, prefix], context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const lines = gunzipSync(readFileSync(join(referenceData ?? '', file)))
      .toString('latin1')
      .split('\n')
      .slice(0, 5_000);
    const finder = shown(lines);
    expect(finder.known).toBe(true);
    const found = lines.map((line) => firstId(finder, line)).filter((id) => id !== undefined);
    expect(found.length).toBeGreaterThan(1_000);
    expect(found.every((id) => id.startsWith(prefix))).toBe(true);
  });

  it('finds none in logs without sessions', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    for (const file of ['bgl-100k/bgl.log.gz', 'web/apache-access.log.gz']) {
      const lines = gunzipSync(readFileSync(join(referenceData ?? '', file)))
        .toString('latin1')
        .split('\n')
        .slice(0, 20_000);
      expect(shown(lines).known).toBe(false);
    }
  });
});
