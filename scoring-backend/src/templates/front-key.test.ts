import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../otel-processor/test/needs.ts';
import { loghub, loghubRaw } from '../../test/quality/labelled-logs.ts';
import { DESIGN_SYSTEMS } from '../../test/quality/synthetic/design-systems.ts';
import { HELD_OUT_SYSTEMS } from '../../test/quality/synthetic/held-out-systems.ts';
import { linesOf } from '../../test/quality/synthetic/lines.ts';
import { frontKey, makeFrontKey } from './front-key.ts';
import { key } from './key.ts';

const RUNS = process.env.SEISMO_SOAK === '1' ? 2000 : 60;

/** Lines whose front key was seen before with another key. */
function violations(lines: Iterable<string>): string[] {
  const keys = new Map<string, [key: string, line: string]>();
  const found: string[] = [];
  for (const line of lines) {
    const bytes = new TextEncoder().encode(line);
    if (!makeFrontKey(bytes, 0, bytes.length)) continue;
    const front = `${frontKey.high}:${frontKey.low}`;
    key.read(bytes, 0, bytes.length);
    const slow = `${key.idHigh}:${key.idLow}`;
    const before = keys.get(front);
    if (before === undefined) keys.set(front, [slow, line]);
    else if (before[0] !== slow) found.push(`${before[1]} | ${line}`);
  }
  return found;
}

const beginnings = fc.constantFrom(
  'Connection',
  'user',
  'Request failed',
  'size',
  '+user',
  'WorkerPool-3',
  '9:15:00 AM INFO',
);
const pieces = fc.constantFrom(
  ...[
    'user',
    'failed',
    'reset',
    'by',
    'peer',
    'for',
    'from',
    'worker',
    'ERROR',
    'GET',
    'of',
    'orders',
    'closed.',
    'é',
    '-',
  ],
  ...['42', '10.0.0.1', '10.0.0.2:80', '0xff', 'a1b2', 'deadbeef01', '/var/log/x', 'http://a/b?c=1', 'a@b.c', 'a.b.c'],
  ...[
    'a.b.C',
    'IPv4',
    'k=v',
    'k="v w"',
    'msg="user bob"',
    '[x y]',
    '[7]',
    '(5)',
    '(name)',
    '{a=1}',
    '<b>',
    'MB',
    '12ms',
  ],
  ...['state: up', 'reason: timeout', 'alice,', '"quoted text"', 'my_table', 'getBlock', 'count=3,', '12:30:01', 'May'],
  ...[
    'state: done',
    'Daily Order Export',
    'a.b.c.d = null',
    '--mode=fast',
    '%ABC-4-LINK_UP:',
    '%ABC-4-302013:',
    '+added',
    'Pool-7',
    '\n\tat a.b.C.d(C.java:7)',
    '\n\t... 5 more',
    '\nCaused by: reset',
  ],
);

describe('the front key', () => {
  it('never joins what the key keeps apart, over generated lines', () => {
    const line = fc
      .tuple(beginnings, fc.array(pieces, { maxLength: 7 }))
      .map(([beginning, parts]) => [beginning, ...parts].join(' '));
    fc.assert(
      fc.property(fc.array(line, { minLength: 200, maxLength: 400 }), (lines) => {
        expect(violations(lines)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('never joins what the key keeps apart, over lines of many systems', () => {
    for (const [system, statements] of Object.entries({ ...DESIGN_SYSTEMS, ...HELD_OUT_SYSTEMS })) {
      expect(violations(linesOf(system, statements, 1000, 5).lines)).toEqual([]);
    }
  });

  it('never joins what the key keeps apart, over the reference lines', (context) => {
    if (referenceData === undefined) return context.skip(NO_REFERENCE_DATA);
    for (const { lines } of [...loghub(referenceData), ...loghubRaw(referenceData)])
      expect(violations(lines)).toEqual([]);
  });
});
