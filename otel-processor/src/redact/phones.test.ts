import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../test/needs.ts';
import { requestRedactor, textRedactor } from '../../test/redaction.ts';
import { any, bytesField, contents, keyValue, pairOf, recordsOf, requestOf } from '../../test/wire-oracle.ts';

const redact = textRedactor({ rules: ['phone'] });

it('finds national numbers by their groups alone', () => {
  const numbers = [
    ...['(030) 123456', '0171-1234567', '0161 496 0000', '020 7946 0958'],
    ...['03-1234-5678', '090-1234-5678', '02-123-4567', '022-12345678'],
    ...['(02) 9876 5432', '082 123 4567', '(11) 91234-5678', '(11) 3123-4567'],
  ];
  for (const number of numbers) expect(redact(`call ${number} now`)).toBe('call <PHONE> now');
});

it('finds numbers of any form behind a word for them, and leaves what follows them', () => {
  const lines = [
    ['phone=0301234567 took 12 ms', 'phone=<PHONE> took 12 ms'],
    ['Fon/Fax: 030/1234567', 'Fon/Fax: <PHONE>'],
    ['phone 555.234.5678', 'phone <PHONE>'],
    ['fax 01 23 45 67 89', 'fax <PHONE>'],
    ['mobile: 0412 345 678', 'mobile: <PHONE>'],
    ['Tel: 612 345 678', 'Tel: <PHONE>'],
    ['Tel. 030 1234567 12:30:11', 'Tel. <PHONE> 12:30:11'],
    ['{"msisdn":"491711234567","id":4711}', '{"msisdn":"<PHONE>","id":4711}'],
    ['mobile no. 98765 43210, order 12', 'mobile no. <PHONE>, order 12'],
    ['GET /sms?phone=%2B491711234567&n=1', 'GET /sms?phone=%2B<PHONE>&n=1'],
    ['sip tel:+49-30-1234567;ext=7', 'sip tel:<PHONE>;ext=7'],
    ['registrantPhone: +1.4155550123', 'registrantPhone: <PHONE>'],
    ['phone 0301234567 2025-11-21 10:20:30', 'phone <PHONE> 2025-11-21 10:20:30'],
  ];
  for (const [line, redacted] of lines) expect(redact(line)).toBe(redacted);
});

it('takes nothing else for a telephone number', () => {
  const lines = [
    ...['2008-11-09 20:35:32,146', '2025/01/09 06:01.234', 'Jun 09 06:06:20', '081109 203736 148 INFO', '09.11.2008'],
    ...['m=+1471.332652111', 'offset +1234.56789 s', '+0200', 'v1.2.3456', '10.251.073.020', '192.168.100.200:50010'],
    ...['blk_-1608999687919862906', '550e8400-e29b-41d4-0716-446655440000', 'task_0171-1234567_1', '/data/030/1234567'],
    ...[
      'order=0171-1234567',
      'id 4711-0171-1234567',
      '01 23 45 67 89',
      '200 512 1234',
      '030/1234567',
      '555.234.5678',
      '0171 1234567',
      '07 1234 5678',
    ],
    ...['hotel: 12345678', 'intel=1234567', 'phone 2008-11-09 20:30', 'mobile: 192.168.100.200', 'phones: 12'],
    ...['phone: 12345678-abcd', 'telephone id 550e8400', 'mobile Safari/537.36', 'fax took 1234567ms', 'phoneId=0'],
  ];
  for (const line of lines) expect(redact(line)).toBe(line);
});

it('covers attributes that are named after a telephone and hold a number, and no others', () => {
  const pairs = [
    keyValue('customer.phone', any.text('612345678')),
    keyValue('msisdn', any.int(491711234567n)),
    keyValue('mobile', any.bool(true)),
    keyValue('fax', any.text('none')),
    keyValue('phone.count', any.int(12345678n)),
    keyValue('tel', any.int(12n)),
    keyValue('order', any.text('612345678')),
  ];
  const [redacted] = recordsOf(requestRedactor()(requestOf([Buffer.concat(pairs.map((one) => bytesField(6, one)))])));
  expect(contents(redacted, 6).map(pairOf)).toEqual([
    ['customer.phone', { text: '<PHONE>' }],
    ['msisdn', { text: '<PHONE>' }],
    ['mobile', { bool: true }],
    ['fax', { text: 'none' }],
    ['phone.count', { int: 12345678n }],
    ['tel', { int: 12n }],
    ['order', { text: '612345678' }],
  ]);
});

it('takes time in proportion to a text that is made to keep it busy', () => {
  for (const part of ['phone', 'tel.', '0', '(0', '01 ', '0171-', '+1', 'phone 1 ', 'fax: +(', 'no_', '01.']) {
    const [short, long] = [20_000, 160_000].map((length) => part.repeat(length / part.length));
    const time = (text: string): number => {
      const began = process.cpuUsage();
      redact(text);
      return process.cpuUsage(began).user;
    };
    const least = (text: string): number => Math.min(time(text), time(text), time(text));
    // Eight times as long: sixty-four times as much, were it quadratic.
    expect(least(long), part).toBeLessThan(24 * least(short) + 20_000);
  }
});

it('finds none in real logs, which have none', { timeout: 60_000 }, (context) => {
  context.skip(referenceData === undefined, NO_REFERENCE_DATA);
  const root = referenceData as string;
  const systems = join(root, 'loghub-2k');
  const logs = readdirSync(systems)
    .map((system) => join(systems, system, `${system}_2k.log`))
    .filter((path) => statSync(path, { throwIfNoEntry: false }) !== undefined);
  logs.push(
    ...['openstack/nova-sample.log.gz', 'security/sshd-auth.log.gz', 'web/apache-access.log.gz'].map((path) =>
      join(root, path),
    ),
  );
  let lines = 0;
  const thorough = requestRedactor({ rules: ['phone'], custom: [{ name: 'never', pattern: '\\u0000never\\u0000' }] });
  for (const path of logs) {
    const bytes = readFileSync(path);
    const records = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n');
    lines += records.length;
    const request = requestOf(records.map((line) => bytesField(5, any.text(line))));
    const redacted = thorough(request);
    if (!redacted.equals(request)) expect(redacted.toString('utf8')).toBe(request.toString('utf8'));
  }
  expect(lines).toBeGreaterThan(50_000);
});
