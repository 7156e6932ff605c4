import { expect, it } from 'vitest';
import { createTemplateMiner } from './miner.ts';

/** A line, and the text that people see for its template. */
const TEXTS: readonly (readonly [line: string, text: string])[] = [
  [
    'Received block blk_-1608999687919862906 of size 67108864 from /10.251.42.84',
    'Received block <*> of size <*> from /<*>',
  ],
  ['process 4711 exited with code 137', 'process <*> exited with code <*>'],
  ['Failed to fetch https://example.org/x: dial tcp 10.0.0.1:443: i/o timeout', 'Failed to fetch <*> tcp <*>'],
  ['Temperature is 45.3°C (limit 80°C)', 'Temperature is <*> (limit <*>)'],
  [
    'upstream timed out (110: Connection timed out) while reading response header from upstream, client: 1.2.3.4, server: example.org',
    'upstream <*> (<*>) while reading response header from upstream, client: <*>, server: <*>',
  ],
  [
    '{"level":"info","ts":1714550000.1,"msg":"request completed","method":"GET","status":200}',
    '{"level":"<*>","ts"<*>"msg":"request completed","method":"<*>","status":<*>}',
  ],
  [
    'level=warn ts=2024-05-01T12:00:00Z component="rule manager" msg="Evaluating rule failed" err="timeout after 5s"',
    'level=<*> ts=<*> component="<*>" msg="Evaluating rule failed" err="<*>"',
  ],
  // Headers: level, logger and source file stay, the rest is variable.
  [
    '2024-05-01 12:00:00.123  INFO 4711 --- [nio-8080-exec-3] c.acme.shop.OrderService : Order 4711 shipped',
    '<*> INFO <*> --- [<*>] c.acme.shop.OrderService : Order <*> shipped',
  ],
  ['Jun 14 15:16:01 combo sshd(pam_unix)[19939]: check pass; user unknown', '<*> sshd(<*>)[<*>]: check pass; user <*>'],
  ['[2024-05-01T12:00:00,1][INFO ][o.e.n.Node ] [node-1] started', '[<*>][INFO ][o.e.n.Node ] [<*>] started'],
  [
    'E0501 12:00:00.123456    1234 pod_workers.go:190] "Error syncing pod, skipping" pod="default/web-1"',
    'E<*> pod_workers.go:<*>] "Error syncing <*>, skipping" pod="<*>"',
  ],
  ['WARNING:app.orders:Stock of item 17 is low', 'WARNING:app.orders:Stock of item <*> is low'],
];

it.each(TEXTS)('shows %j readably', (line, text) => {
  const miner = createTemplateMiner({ maxTemplates: 100, maxMessageBytes: 8192 });
  const bytes = new TextEncoder().encode(line);
  expect(miner.text(miner.mine(bytes, 0, bytes.length))).toBe(text);
});

it('keeps the text of a template from upstream as it is', () => {
  const miner = createTemplateMiner({ maxTemplates: 100, maxMessageBytes: 8192 });
  const bytes = new TextEncoder().encode('  user <:NAME:> took 12 ms');
  expect(miner.text(miner.adopt(bytes, 0, bytes.length))).toBe('  user <:NAME:> took 12 ms');
});

it('cuts the text of an endless message', () => {
  const miner = createTemplateMiner({ maxTemplates: 100, maxMessageBytes: 8192 });
  const bytes = new TextEncoder().encode(`Cannot parse ${'x y '.repeat(2000)}`);
  expect(miner.text(miner.mine(bytes, 0, bytes.length)).length).toBeLessThan(700);
});
