import { describe, expect, it } from 'vitest';
import { createMessageMiner } from '../../../test/quality/calibration-miner.ts';
import { Feed } from '../../../test/quality/calibration-traffic.ts';
import { Engine } from '../engine.ts';
import type { TemplateRow } from '../outputs.ts';
import { engineSettings, type EngineSettings } from '../settings.ts';

const T0 = 1_760_000_000_000;

function newFeed(changes: Partial<EngineSettings> = {}): Feed {
  return new Feed(new Engine(engineSettings(changes), createMessageMiner));
}

function takeRows(feed: Feed): TemplateRow[] {
  return feed.take().catalogue.flatMap((change) => change.rows);
}

describe('the catalogue of an engine', () => {
  it('tells each changed template once, with totals, dates and an example', () => {
    const feed = newFeed();
    feed.add(T0, 'a');
    feed.add(T0 + 5, 'a');
    feed.add(T0 + 7, 'b');
    expect(takeRows(feed).map(({ text, count }) => [text, count])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(takeRows(feed)).toEqual([]);
    feed.add(T0 + 9, 'a');
    expect(takeRows(feed)).toMatchObject([{ text: 'a', count: 3, firstSeenMs: T0, lastSeenMs: T0 + 9, example: 'a' }]);
  });

  it('says what a merged template was superseded by, and moves its count', () => {
    const feed = newFeed();
    feed.add(T0, 'a');
    for (let i = 1; i <= 2; i++) feed.add(T0 + i, 'merge1 a');
    takeRows(feed);
    feed.add(T0 + 3, 'merge1 a');
    const rows = takeRows(feed);
    const merged = rows.find((row) => row.supersededBy !== '');
    expect(merged).toMatchObject({ text: 'merge1 a', count: 0 });
    const live = rows.find((row) => row.id === merged?.supersededBy);
    expect(live).toMatchObject({ text: 'a', count: 4, firstSeenMs: T0, lastSeenMs: T0 + 3, example: 'merge1 a' });
  });

  it('tells the last count of a template that is evicted', () => {
    const feed = newFeed({ maxTemplates: 2 });
    feed.add(T0, 'a');
    takeRows(feed);
    feed.add(T0 + 1, 'a');
    feed.add(T0 + 2, 'b');
    feed.add(T0 + 3, 'c');
    const told = takeRows(feed).sort((a, b) => a.text.localeCompare(b.text));
    expect(told.map(({ text, count }) => [text, count])).toEqual([
      ['a', 2],
      ['b', 1],
      ['c', 1],
    ]);
    expect(feed.engine.counters()).toMatchObject({ consumed: 4, templatesEvicted: 1 });
  });

  it('has bounded bytes of example lines per stream, and counts what it dropped', () => {
    const feed = newFeed({ maxStreamExampleBytes: 2_000 });
    for (let i = 0; i < 10; i++) feed.add(T0, `${i}`.repeat(500));
    feed.flush();
    expect(feed.engine.counters().examplesDropped).toBe(7);
  });
});
