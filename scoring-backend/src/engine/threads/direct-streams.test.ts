import { describe, expect, it } from 'vitest';
import { DirectStreams } from './direct-streams.ts';
import { RecordBatch } from '../record-batch.ts';

function batchOf(...streams: number[]): RecordBatch {
  const batch = new RecordBatch();
  batch.records = streams.length;
  batch.stream = Int32Array.from(streams);
  return batch;
}

describe('streams with records that nobody gives again', () => {
  it('are known once, those of other engines left out', () => {
    const direct = new DirectStreams([4], 5);
    direct.took(batchOf(2, 2, -1, 4, 2, 7));
    expect(direct.streams).toEqual([4, 2, 7]);
  });

  it('need a checkpoint when the last one has them without knowing that, and only then', () => {
    const direct = new DirectStreams([0], 3);
    expect(direct.took(batchOf(0, 3, 4))).toBe(false);
    expect(direct.took(batchOf(3, 2))).toBe(true);
    expect(direct.took(batchOf(2, 3))).toBe(false);
    direct.checkpointed(8);
    expect(direct.took(batchOf(7))).toBe(true);
    expect(direct.took(batchOf(8))).toBe(false);
  });
});
