/** Sessions of a distributed file system, each the numbers of its steps in order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceData } from '../../otel-processor/test/needs.ts';

/** At most so many sessions, spread over the file; call it only where `referenceData` is there. */
export function hdfsSessions(file: 'hdfs_train' | 'dev_normal' | 'dev_abnormal', most: number): number[][] {
  const path = join(referenceData ?? '', 'hdfs-sequences', file);
  const lines = readFileSync(path, 'latin1').trim().split('\n');
  const every = Math.max(1, Math.floor(lines.length / most));
  const chosen = lines.filter((_, i) => i % every === 0).slice(0, most);
  return chosen.map((line) => line.trim().split(/\s+/).map(Number));
}
