/** HDFS and ADFA-LD as event numbers: learned on normal sessions, then both kinds are judged. */
import { join } from 'node:path';
import { openLogInput } from '../../sources/log-input.ts';
import { ABNORMAL, NORMAL } from '../unit-scores.ts';
import { evaluateAs, type Protocol } from './protocol.ts';

export const hdfsSequences: Protocol = {
  name: 'hdfs-sequences',
  method: 'learned on the 4,855 normal sessions of the DeepLog split, judged on its dev files; unit: session',
  run: (data, progress) =>
    learnThenScore(data, 'hdfs-sequences', ['hdfs_train', 'dev_normal', 'dev_abnormal'], progress),
};

export const adfaLd: Protocol = {
  name: 'adfa-ld',
  method: 'learned on 833 normal system-call traces, judged on 874 normal ones and 253 attacks; unit: trace',
  run: (data, progress) =>
    learnThenScore(data, 'adfa-ld', ['train_normal.tsv.gz', 'dev_normal.tsv.gz', 'dev_attack.tsv.gz'], progress),
};

async function learnThenScore(
  data: string,
  folder: string,
  files: readonly [train: string, normal: string, abnormal: string],
  progress: Parameters<Protocol['run']>[1],
): ReturnType<Protocol['run']> {
  const [train, normal, abnormal] = await Promise.all(files.map((file) => openLogInput(join(data, folder, file))));
  const test = [
    { input: normal, label: NORMAL },
    { input: abnormal, label: ABNORMAL },
  ] as const;
  return evaluateAs({ format: 'sequences' }, [train], test, progress);
}
