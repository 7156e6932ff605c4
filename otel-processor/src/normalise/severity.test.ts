import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../test/needs.ts';
import { severityInLine, severityOfText } from './severity.ts';

const ofText = (text: string): number => severityOfText(Buffer.from(text), 0, Buffer.byteLength(text));
const inLine = (line: string): number => severityInLine(Buffer.from(line), 0, Buffer.byteLength(line));

describe('severityOfText', () => {
  const texts: Record<string, number> = {
    TRACE: 1,
    Debug: 5,
    INFO: 9,
    information: 9,
    notice: 10,
    WARN: 13,
    Warning: 13,
    error: 17,
    ERR: 17,
    ERROR2: 17,
    SEVERE: 17,
    critical: 18,
    FATAL: 21,
    emerg: 21,
    E: 17,
    w: 13,
    '': 0,
    banana: 0,
    '3': 0,
  };
  for (const [text, level] of Object.entries(texts))
    it(`takes "${text}" for ${level}`, () => expect(ofText(text)).toBe(level));
});

describe('severityInLine', () => {
  const lines: Record<string, number> = {
    '2015-10-18 18:01:48,963 INFO [main] org.apache: Kind': 9,
    '081109 204005 35 WARN dfs.DataNode: x': 13,
    '[Sun Dec 04 04:51:08 2005] [error] client denied': 17,
    'level=error msg="x"': 17,
    '{"level":"warn","msg":"x"}': 13,
    'SEVERE: [172.18.0.9]:5701': 17,
    'error: cannot open': 17,
    '2016-09-28 04:30:31, Info                  CBS    Ending': 9,
    '1117838570 2005.06.03 R02-M1-N0-C:J12-U11 2005-06-03-15.42.50.675872 R02-M1-N0-C:J12-U11 RAS KERNEL FATAL data error': 21,
    '1117838570 2005.06.03 R02-M1-N0-C:J12-U11 2005-06-03-15.42.50.675872 R02-M1-N0-C:J12-U11 RAS KERNEL data FATAL': 0,
    '03-17 16:13:38.811  1702  2395 E WindowManager: frozen': 17,
    '03-17 16:13:38.811  1702  2395 E frozen': 0,
    'E0501 12:00:00.123456       1 main.go:12] failed': 17,
    'W0501 is a room, and 12:00:00.123456 a time': 0,
    'X0501 12:00:00.123456       1 main.go:12] x': 0,
    'Information about an error  and its cause': 0,
    'no error found in the fatal case': 0,
    'ERRORS were none': 0,
    'java.lang.Error.INFO': 0,
    '': 0,
  };
  for (const [line, level] of Object.entries(lines))
    it(`finds ${level} in "${line}"`, () => expect(inLine(line)).toBe(level));

  it('looks near the start only', () => expect(inLine(`${'x '.repeat(60)}ERROR`)).toBe(0));

  it('finds a level in every line of the systems that write one, and hardly any where there is none', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const folder = join(referenceData ?? '', 'loghub-2k');
    const leveled = ['Android', 'Apache', 'BGL', 'HDFS', 'Hadoop', 'OpenStack', 'Spark', 'Windows', 'Zookeeper'];
    for (const system of readdirSync(folder)) {
      const file = readdirSync(join(folder, system)).find((name) => name.endsWith('.log')) ?? '';
      const lines = readFileSync(join(folder, system, file), 'latin1')
        .trim()
        .split(/\r?\n/);
      // The first column of these is their label.
      const messages = ['BGL', 'Thunderbird'].includes(system) ? lines.map((one) => one.replace(/^\S+ /, '')) : lines;
      const share = messages.filter((one) => inLine(one) > 0).length / lines.length;
      if (leveled.includes(system)) expect(share, system).toBe(1);
      else expect(share, system).toBeLessThan(0.03);
    }
  });

  it('reads the severity of a supercomputer’s events as its own column of levels has it', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const lines = readFileSync(join(referenceData ?? '', 'loghub-2k/BGL/BGL_2k.log'), 'latin1')
      .trim()
      .split(/\r?\n/);
    for (const one of lines) {
      const [, , , , , , , , level] = one.split(' ');
      expect(inLine(one.replace(/^\S+ /, '')), one).toBe(ofText(level));
    }
  });
});
