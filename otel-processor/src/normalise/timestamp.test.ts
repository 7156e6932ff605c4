import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../test/needs.ts';
import { TimestampReader } from './timestamp.ts';

const REFERENCE = Date.UTC(2005, 5, 14, 18);

function read(line: string, reference = REFERENCE, reader = new TimestampReader()): string {
  const bytes = Buffer.from(`##${line}##`);
  const ms = reader.read(bytes, 2, bytes.length - 2, reference);
  return Number.isNaN(ms) ? 'none' : new Date(ms).toISOString();
}

describe('TimestampReader', () => {
  const known: readonly (readonly [string, string])[] = [
    ['2005-06-03T15:42:50Z msg', '2005-06-03T15:42:50.000Z'],
    ['2005-06-03T15:42:50.363779Z msg', '2005-06-03T15:42:50.363Z'],
    ['2005-06-03T15:42:50.3+02:00 msg', '2005-06-03T13:42:50.300Z'],
    ['2005-06-03T15:42:50-0730', '2005-06-03T23:12:50.000Z'],
    ['2005-06-03 15:42:50,363 INFO', '2005-06-03T15:42:50.363Z'],
    ['2005-06-03 15:42:50 +0200 x', '2005-06-03T13:42:50.000Z'],
    ['2005-06-03 15:42:50 -1 x', '2005-06-03T15:42:50.000Z'],
    ['2005/06/03 15:42:50 [error] 7#7', '2005-06-03T15:42:50.000Z'],
    ['2004-02-29 00:00:00', '2004-02-29T00:00:00.000Z'],
    ['[2005-06-03 15:42:50.001] x', '2005-06-03T15:42:50.001Z'],
    ['level=info ts=2005-06-03T15:42:50.001Z caller=x', '2005-06-03T15:42:50.001Z'],
    ['{"time":"2005-06-03T15:42:50.001Z","msg":"x"}', '2005-06-03T15:42:50.001Z'],
    ['<34>1 2003-10-11T22:14:15.003Z mymachine su - ID47', '2003-10-11T22:14:15.003Z'],
    ['<34>Oct 11 22:14:15 mymachine su: x', '2004-10-11T22:14:15.000Z'],
    ['Jun 14 15:16:02 combo sshd(pam_unix)[19937]: x', '2005-06-14T15:16:02.000Z'],
    ['Jun  4 15:16:02 combo', '2005-06-04T15:16:02.000Z'],
    ['Jun 4 15:16:02.5 combo', '2005-06-04T15:16:02.500Z'],
    ['Jun 14 2004 15:16:02: %ASA-6', '2004-06-14T15:16:02.000Z'],
    ['Jun 23, 2003 4:29:40 PM com.hazelcast', '2003-06-23T16:29:40.000Z'],
    ['Jun 23, 2003 12:29:40 AM com.hazelcast', '2003-06-23T00:29:40.000Z'],
    ['[Sun Dec 04 04:51:08 2005] [notice] x', '2005-12-04T04:51:08.000Z'],
    ['[Sun Dec 04 04:51:08.123456 2005] [core:notice]', '2005-12-04T04:51:08.123Z'],
    ['83.149.9.216 - - [17/May/2015:10:05:43 +0000] "GET / HTTP/1.1" 200', '2015-05-17T10:05:43.000Z'],
    ['192.168.4.163 - - [22/Dec/2016:22:32:31 +0300] "GET /"', '2016-12-22T19:32:31.000Z'],
    ['081109 203530 148 INFO dfs.DataNode', '2008-11-09T20:35:30.000Z'],
    ['2005-06-03-15.42.50.363779 R02-M1 RAS KERNEL', '2005-06-03T15:42:50.363Z'],
    ['17/06/09 20:10:40 INFO spark', '2017-06-09T20:10:40.000Z'],
    ['20171223-22:15:29:633|Step_LSC|30002312|x', '2017-12-23T22:15:29.633Z'],
    ['20171224-0:7:5:11|Step|x', '2017-12-24T00:07:05.011Z'],
    ['03-17 16:13:38.820  1702  8671 D x', '2005-03-17T16:13:38.820Z'],
    ['[10.30 16:49:06] chrome.exe', '2004-10-30T16:49:06.000Z'],
    ['I0612 15:04:05.123456       1 controller.go:116] x', '2005-06-12T15:04:05.123Z'],
    ['16:29:40.148 [XNIO-1 task-2]', '2005-06-14T16:29:40.148Z'],
    ['1117838570 R02', '2005-06-03T22:42:50.000Z'],
    ['1117838570.25 x', '2005-06-03T22:42:50.250Z'],
    ['1117838570363 x', '2005-06-03T22:42:50.363Z'],
    ['1117838570363779 x', '2005-06-03T22:42:50.363Z'],
    ['1117838570363779123', '2005-06-03T22:42:50.363Z'],
    ['- 1117838570 2005.06.03 R02-M1', '2005-06-03T22:42:50.000Z'],
    ['nova-api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:01.551 25746 INFO', '2017-05-16T00:00:01.551Z'],
  ];
  for (const [line, time] of known) it(`reads ${line}`, () => expect(read(line)).toBe(time));

  const none = [
    '',
    'no time in here',
    '\tat com.networknt.handler.Handler.next(Handler.java:212)',
    '2005-13-03T15:42:50',
    '2005-02-29T15:42:50',
    '2005-06-03 24:42:50',
    '2005-06-03 15:60:50',
    'May be',
    'Mon',
    '99:29:40',
    '12345',
    'block 4711223344-55 moved',
    'lifetime 00:01',
    'from 10.20.30.40:5070 to 10.1.1.1',
    'fe80:12:34:56::1',
    'Jun 14',
    '0400112233 called',
    `${'x'.repeat(120)} 2005-06-03 15:42:50`,
  ];
  for (const line of none) it(`finds none in "${line.slice(0, 50)}"`, () => expect(read(line)).toBe('none'));

  it('rolls over at New Year, in both directions', () => {
    expect(read('Dec 31 23:59:59 h x', Date.UTC(2026, 0, 1, 0, 0, 5))).toBe('2025-12-31T23:59:59.000Z');
    expect(read('Jan  1 00:00:01 h x', Date.UTC(2025, 11, 31, 23, 59, 59))).toBe('2026-01-01T00:00:01.000Z');
    expect(read('Feb 29 12:00:00 h x', Date.UTC(2026, 5, 1))).toBe('2024-02-29T12:00:00.000Z');
  });

  it('rolls over at midnight, in both directions', () => {
    expect(read('23:59:59.900 x', Date.UTC(2026, 0, 2, 0, 0, 5))).toBe('2026-01-01T23:59:59.900Z');
    expect(read('00:00:01.000 x', Date.UTC(2026, 0, 1, 23, 59, 59))).toBe('2026-01-02T00:00:01.000Z');
  });

  it('keeps up with a stream that changes its format and the place of its time', () => {
    const reader = new TimestampReader();
    expect(read('2005-06-03 15:42:50 x', REFERENCE, reader)).toBe('2005-06-03T15:42:50.000Z');
    expect(read('[x] 2005-06-03 15:42:51 x', REFERENCE, reader)).toBe('2005-06-03T15:42:51.000Z');
    expect(read('Jun  3 15:42:52 x', REFERENCE, reader)).toBe('2005-06-03T15:42:52.000Z');
    expect(read('nothing', REFERENCE, reader)).toBe('none');
    expect(read('2005-06-03 15:42:53 x', REFERENCE, reader)).toBe('2005-06-03T15:42:53.000Z');
  });

  it('never reads beyond the line', () => {
    const line = '2005-06-03T15:42:50.363779+02:00';
    for (let length = 0; length <= line.length; length++) {
      const bytes = Buffer.from(line);
      const alone = new TimestampReader().read(bytes.subarray(0, length), 0, length, REFERENCE);
      expect(new TimestampReader().read(bytes, 0, length, REFERENCE)).toEqual(alone);
    }
  });
});

/** Every line of the file, with its time as a plain parser of that one format reads it; undefined: the line has none. */
type Oracle = (line: string) => number | undefined;

describe('TimestampReader on real logs', () => {
  const iso = (match: RegExpExecArray | null, build: (groups: string[]) => string): number | undefined =>
    match === null ? undefined : Date.parse(build(match.slice(1)));
  const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
  const monthOf = (name: string): string => String(months.indexOf(name) + 1).padStart(2, '0');
  const two = (text: string): string => text.padStart(2, '0');
  const syslog =
    (year: number): Oracle =>
    (line) =>
      iso(/^(\w{3}) +(\d+) (\d\d:\d\d:\d\d)/.exec(line), ([m, d, t]) => `${year}-${monthOf(m)}-${two(d)}T${t}Z`);
  const plainIso: Oracle = (line) =>
    iso(/(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:[.,](\d+))?/.exec(line), ([d, t, f]) => `${d}T${t}.${f ?? '0'}Z`);
  const access: Oracle = (line) =>
    iso(
      /(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)/.exec(line),
      ([d, m, y, t, z, zz]) => `${y}-${monthOf(m)}-${d}T${t}${z}:${zz}`,
    );
  const second: Oracle = (line) => Number(line.split(' ')[1]) * 1000;

  const files: readonly (readonly [string, number, Oracle])[] = [
    [
      'loghub-2k/Apache/Apache_2k.log',
      0,
      (line) =>
        iso(/^\[\w{3} (\w{3}) (\d\d) (\S+) (\d{4})\]/.exec(line), ([m, d, t, y]) => `${y}-${monthOf(m)}-${d}T${t}Z`),
    ],
    ['loghub-2k/BGL/BGL_2k.log', 0, second],
    ['loghub-2k/Thunderbird/Thunderbird_2k.log', 0, second],
    [
      'loghub-2k/HDFS/HDFS_2k.log',
      0,
      (line) =>
        iso(
          /^(\d\d)(\d\d)(\d\d) (\d\d)(\d\d)(\d\d) /.exec(line),
          ([y, m, d, h, n, s]) => `20${y}-${m}-${d}T${h}:${n}:${s}Z`,
        ),
    ],
    ['loghub-2k/Hadoop/Hadoop_2k.log', 0, plainIso],
    ['loghub-2k/Zookeeper/Zookeeper_2k.log', 0, plainIso],
    ['loghub-2k/Windows/Windows_2k.log', 0, plainIso],
    ['loghub-2k/OpenStack/OpenStack_2k.log', 0, (line) => plainIso(line.slice(line.indexOf(' ')))],
    [
      'loghub-2k/Spark/Spark_2k.log',
      0,
      (line) => iso(/^(\d\d)\/(\d\d)\/(\d\d) (\S+)/.exec(line), ([y, m, d, t]) => `20${y}-${m}-${d}T${t}Z`),
    ],
    ['loghub-2k/HPC/HPC_2k.log', 0, (line) => Number(line.split(' ')[4]) * 1000],
    [
      'loghub-2k/HealthApp/HealthApp_2k.log',
      0,
      (line) =>
        iso(
          /^(\d{4})(\d\d)(\d\d)-(\d+):(\d+):(\d+):(\d+)\|/.exec(line),
          ([y, m, d, h, n, s, f]) => `${y}-${m}-${d}T${two(h)}:${two(n)}:${two(s)}.${f.padStart(3, '0')}Z`,
        ),
    ],
    ['loghub-2k/Linux/Linux_2k.log', Date.UTC(2005, 11, 31), syslog(2005)],
    ['loghub-2k/Mac/Mac_2k.log', Date.UTC(2017, 11, 31), syslog(2017)],
    ['loghub-2k/OpenSSH/OpenSSH_2k.log', Date.UTC(2017, 11, 31), syslog(2017)],
    [
      'loghub-2k/Android/Android_2k.log',
      Date.UTC(2017, 11, 31),
      (line) => iso(/^(\d\d-\d\d) (\S+)/.exec(line), ([d, t]) => `2017-${d}T${t}Z`),
    ],
    [
      'loghub-2k/Proxifier/Proxifier_2k.log',
      Date.UTC(2017, 11, 31),
      (line) => iso(/^\[(\d\d)\.(\d\d) (\S+)\]/.exec(line), ([m, d, t]) => `2017-${m}-${d}T${t}Z`),
    ],
    ['bgl-100k/bgl.log.gz', 0, second],
    ['security/sshd-auth.log.gz', Date.UTC(2017, 11, 31), syslog(2017)],
    ['security/w3af.txt.gz', 0, access],
    ['web/apache-access.log.gz', 0, access],
    ['openstack/nova-sample.log.gz', 0, (line) => (/^\d{4}-/.test(line) ? plainIso(line) : undefined)],
  ];
  for (const [name, reference, oracle] of files)
    it(`reads every line of ${name} right`, (context) => {
      context.skip(referenceData === undefined, NO_REFERENCE_DATA);
      const lines = linesOf(join(referenceData ?? '', name)).slice(0, 30_000);
      const reader = new TimestampReader();
      const wrong: string[] = [];
      for (const line of lines) {
        const expected = oracle(line);
        if (expected === undefined) continue;
        const bytes = Buffer.from(line);
        const ms = reader.read(bytes, 0, bytes.length, reference);
        if (ms !== Math.floor(expected)) wrong.push(`${ms} instead of ${expected}: ${line.slice(0, 80)}`);
      }
      expect(wrong.slice(0, 5), `${wrong.length} of ${lines.length}`).toEqual([]);
    });
});

function linesOf(file: string): string[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.split(/\r?\n/).filter((line) => line !== '');
}
