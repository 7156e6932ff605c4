import { describe, expect, it } from 'vitest';
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
    '2016-09-28 04:30:31, Info                  CBS    Ending': 0,
    'no error found in the fatal case': 0,
    'ERRORS were none': 0,
    'java.lang.Error.INFO': 0,
    '': 0,
  };
  for (const [line, level] of Object.entries(lines))
    it(`finds ${level} in "${line}"`, () => expect(inLine(line)).toBe(level));

  it('looks near the start only', () => expect(inLine(`${'x '.repeat(60)}ERROR`)).toBe(0));
});
