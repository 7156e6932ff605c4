/**
 * HDFS and BGL as raw lines, read once in order: the first fifth unlabelled and not judged, the rest judged on the way.
 * A session's place in the order of time is that of its last line: before, it is not known what it will be.
 */
import { join } from 'node:path';
import { openLogInput } from '../../sources/log-input.ts';
import { evaluateAs, type Protocol } from './protocol.ts';

export const hdfsRaw: Protocol = {
  name: 'hdfs-raw',
  method:
    'raw lines in order of time, own templates, session by block id, judged and learned in the order of last lines; first 20 % of sessions not judged; unit: session',
  async run(data, progress) {
    const input = await openLogInput(join(data, 'hdfs-raw/hdfs.log.gz'));
    const labels = join(data, 'hdfs-raw/labels.csv.gz');
    const flags = { sessionPattern: 'blk_-?[0-9]+', labels, warmUp: '0.2' };
    return evaluateAs(flags, [], [{ input, label: undefined }], progress);
  },
};

export const bgl100k: Protocol = {
  name: 'bgl-100k',
  method:
    'raw lines in order of time without the label column; first 20 % of windows not judged; unit: window of 100 lines',
  async run(data, progress) {
    const input = await openLogInput(join(data, 'bgl-100k/bgl.log.gz'));
    const flags = { labelPrefix: '-', window: '100l', warmUp: '0.2' };
    return evaluateAs(flags, [], [{ input, label: undefined }], progress);
  },
};
