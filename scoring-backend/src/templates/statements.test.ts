/** Made-up lines of shapes that many systems write: which of them come from one statement, and which do not. */
import { describe, expect, it } from 'vitest';
import { createTemplateMiner } from './miner.ts';

/** The template of each line, in the end, of a miner that saw only these. */
function templatesOf(lines: readonly string[]): number[] {
  const miner = createTemplateMiner({ maxTemplates: 1024, maxMessageBytes: 8192 });
  const arrived = lines.map((line) => {
    const bytes = new TextEncoder().encode(line);
    return miner.mine(bytes, 0, bytes.length);
  });
  return arrived.map((index) => miner.resolve(index));
}

const ONE_STATEMENT: readonly (readonly [why: string, ...lines: string[]])[] = [
  [
    'hours of one and of two digits',
    '2024-05-01  9:15:00 0 [Note] Engine: buffer pool loaded',
    '2024-05-01 10:15:00 0 [Note] Engine: buffer pool loaded',
    '2024-05-01 9:15:00 0 [Note] Engine: buffer pool loaded',
  ],
  [
    'both halves of a day',
    'May 1, 2024 9:15:00 AM org.acme.shop.OrderService place',
    'May 1, 2024 11:15:00 PM org.acme.shop.OrderService place',
  ],
  [
    'numbered instances that begin a message',
    'ConnectionPool-1 - Added connection',
    'ConnectionPool-2 - Added connection',
    'ConnectionPool-17 - Added connection',
  ],
  [
    'codes of network devices',
    'May 01 2024 12:00:00 fw1 : %XYZ-6-302001: Built TCP connection 17 for 10.0.0.1/80',
    'May 01 2024 12:00:05 fw1 : %XYZ-6-302001: Built TCP connection 4711 for 10.0.17.1/8080',
  ],
  [
    'keys that are named only where they have a value',
    'session of gateway[10.0.0.1] closed read=1 write=4 total=5',
    'session of gateway[10.0.0.1] closed read=1 flush=2 write=4 total=7',
    'session of gateway[10.0.0.2] closed read=1 sync=3 write=4 total=8',
  ],
  [
    'settings, one a line, whose names are values',
    '\tcache.entries.max = 17',
    '\tcache.entries.policy = null',
    '\tserver.threads.daemon = true',
    '\tserver.tls.protocol = PLAIN',
  ],
  [
    'the arguments of a command',
    'starting worker --address=10.0.0.1 --port=8080',
    'starting worker --config=/etc/worker.yaml --log-level=info --verbose=true',
    'starting worker -Dmode=standalone -Dcloud=none',
  ],
  [
    'names of several words within a sentence',
    'Finished Order Export Task.',
    'Finished Daily Cleanup of Old Invoices.',
    'Finished Nightly Backup for the Warehouse.',
  ],
  [
    'quotes within a JSON string',
    String.raw`{"level":"info","message":"Matched campaign \"summer sale\" for keyword \"connection failed\""}`,
    String.raw`{"level":"info","message":"Matched campaign \"new customers\" for keyword \"open account\""}`,
  ],
  [
    'stack traces of several depths within a message',
    'Cannot place order 17\nIllegalState: cart is empty\n\tat org.acme.Cart.check(Cart.java:12)\n\tat org.acme.Shop.place(Shop.java:3)',
    'Cannot place order 18\nIllegalState: cart is empty\n\tat org.acme.Cart.<init>(Cart.java:9)\n\tat sun.reflect.Call.invoke0(Native Method)\n\t... 15 more',
  ],
  [
    'tracebacks with source lines within a message',
    'Request failed\nTraceback (most recent call last):\n  File "/srv/a.py", line 12, in handle\n    return run(order)\nValueError: no such order',
    'Request failed\nTraceback (most recent call last):\n  File "/srv/b.py", line 7, in start\n    raise ValueError("no such order")\n    ^^^^^\nValueError: no such order',
  ],
  [
    'frames of constructors',
    '\tat java.net.Socket.<init>(Socket.java:1)',
    '\tat org.acme.Shop.<clinit>(Shop.java:7)',
    '\tat org.acme.Shop.place(Shop.java:3)',
  ],
  [
    'JSON bodies whose keys are numbers',
    '{"level":"info","msg":"totals counted","17":3,"18":4}',
    '{"level":"info","msg":"totals counted","21":3}',
  ],
  ['states that something is said to have', 'worker state: started', 'worker state: stopped'],
];

const SEVERAL_STATEMENTS: readonly (readonly [why: string, ...lines: string[]])[] = [
  [
    'JSON bodies that begin with their time',
    '{"time":"2024-05-01T12:00:00Z","level":"INFO","msg":"connection accepted"}',
    '{"time":"2024-05-01T12:00:01Z","level":"INFO","msg":"checkpoint finished early"}',
    '{"t":{"$date":"2024-05-01T12:00:00Z"},"s":"I","msg":"connection accepted"}',
  ],
  [
    'JSON bodies with long messages',
    `{"level":"info","message":"Received the text ${'lorem ipsum '.repeat(80)}","code":"E1"}`,
    `{"level":"info","message":"Delivered the parcel ${'lorem ipsum '.repeat(80)}","code":"E1"}`,
  ],
  [
    'methods of one name in several classes',
    'May 1, 2024 9:15:00 AM org.acme.shop.OrderService execute',
    'May 1, 2024 9:15:00 AM org.acme.mail.Mailer execute',
  ],
  [
    'the beginning and the end of what a colon follows',
    'Loading containers: start.',
    'Loading containers: done.',
    'Loading containers: stopped',
  ],
  [
    'codes of network devices, whatever the rest is',
    '<166>May 01 2024 12:00:00 fw1 : %XYZ-6-302001: Built TCP connection 17 for 10.0.0.1/80',
    '<166>May 01 2024 12:00:00 fw1 : %XYZ-6-302003: Built UDP connection 17 for 10.0.0.1/80',
    '<189>29: *May  1 12:00:00.123: %LINK-3-UPDOWN: Interface Vlan1, changed',
    '<189>29: *May  1 12:00:00.123: %LINEPROTO-5-UPDOWN: Interface Vlan1, changed',
  ],
  ['settings and bare values', '\tcache.entries.max = 17', '/var/lib/worker'],
  ['words with a capital that say what happened', 'Port 7 Link Is Down', 'Port 7 Link Is Up'],
  [
    'stack traces with several causes',
    'Cannot place order 17\n\tat org.acme.Shop.place(Shop.java:3)\nCaused by: connection pool exhausted\n\tat org.acme.Pool.take(Pool.java:7)',
    'Cannot place order 17\n\tat org.acme.Shop.place(Shop.java:3)\nCaused by: price list expired\n\tat org.acme.Prices.of(Prices.java:7)',
  ],
  ['what came and what went', '+subscriber 10.0.0.1 6379', '-subscriber 10.0.0.1 6379'],
];

describe('lines of one statement', () => {
  it.each(ONE_STATEMENT)('get one template: %s', (_, ...lines) => {
    expect(new Set(templatesOf(lines)).size).toBe(1);
  });
});

describe('lines of several statements', () => {
  it.each(SEVERAL_STATEMENTS)('stay apart: %s', (_, ...lines) => {
    expect(new Set(templatesOf(lines)).size).toBe(lines.length);
  });
});
