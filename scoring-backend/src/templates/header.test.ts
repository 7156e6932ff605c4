import { expect, it } from 'vitest';
import { header } from './header-constants.ts';
import { readHeader } from './header.ts';

/** What is left of a line, and the constants of its header. */
function read(line: string): [message: string, constants: string[]] {
  const bytes = Buffer.from(line);
  const message = readHeader(bytes, 0, bytes.length);
  const constants = Array.from({ length: header.count }, (_, i) =>
    bytes.toString('utf8', header.start[i], header.end[i]),
  );
  return [bytes.toString('utf8', message).trim(), constants];
}

const HEADERS: readonly (readonly [line: string, message: string, ...constants: string[]])[] = [
  ['2024-05-01 12:00:00,123 ERROR [worker-3] com.acme.Foo: boom', 'boom', 'ERROR', 'com.acme.Foo'],
  ['2024-05-01T12:00:00Z WARN orders.stock - low', 'low', 'WARN', 'orders.stock'],
  ['[2024-05-01 12:00:00] [error] 17#0: boom', 'boom', 'error'],
  ['17/06/09 20:10:40 INFO executor.Backend: up', 'up', 'INFO', 'executor.Backend'],
  ['081109 203615 148 INFO dfs.DataNode$PacketResponder: done', 'done', 'INFO', 'dfs.DataNode$PacketResponder'],
  ['03-17 16:13:38.811  1702  2395 D WindowManager: frozen', 'frozen', 'D', 'WindowManager'],
  ['Jun 14 15:16:01 web-1 cron[17]: run', 'run', 'cron'],
  ['[Sun Dec 04 04:47:44 2005] [notice] ready now', 'ready now', 'notice'],
  ['2005-06-05-08.10.46.344235 R30-M1 RAS KERNEL FATAL data TLB error', 'data TLB error', 'RAS', 'KERNEL', 'FATAL'],
  ['May  1 12:00:00 web-1 agent[17]: I0501 12:00:00.123456       1 main.go:12] up', 'up', 'agent', 'I', 'main.go'],
  [
    'May  1 12:00:00 web-1 shop[17]: 2024-05-01 12:00:00,123 WARN [t-1] org.acme.Foo - low',
    'low',
    'shop',
    'WARN',
    'org.acme.Foo',
  ],
  ['May  1 12:00:00 web-1 shop[17]: WARN orders.stock - low', 'low', 'shop', 'WARN', 'orders.stock'],
  ['May  1 12:00:00 web-1 shop[17]: PAM 2 more failures', 'PAM 2 more failures', 'shop'],
  ['May  1 12:00:00 web-1 kernel: [    0.123456] ACPI: found', '[    0.123456] ACPI: found', 'kernel'],
  ['<34>1 2024-05-01T12:00:00.003Z web-1 shop 17 ID4 - low', 'low', 'shop'],
  ['<34>1 2024-05-01T12:00:00.003Z web-1 shop - - [x@1 a="b"][y@1 c="d"] low', 'low', 'shop'],
  ['<34>1 2024-05-01T12:00:00.003Z web-1 shop 17 - - WARN orders.stock - low', 'low', 'shop', 'WARN', 'orders.stock'],
  ['2024-05-01T12:00:00.123456789Z stdout F low', 'low'],
  ['2024-05-01T12:00:00.123456789Z stderr P I0501 12:00:00.123456       1 main.go:12] up', 'up', 'I', 'main.go'],
  ['I0501 12:00:00.123456       1 main.go:12] started', 'started', 'I', 'main.go'],
  ['INFO:root:started', 'started', 'INFO', 'root'],
  ['[WARN] disk is slow', 'disk is slow', 'WARN'],
  ['2024-05-01 9:00:00 17 [Warning] disk is slow', 'disk is slow', 'Warning'],
  ['2024-05-01  9:00:00 17 [Warning] disk is slow', 'disk is slow', 'Warning'],
  ['[9:00:00] WARN disk is slow', 'disk is slow', 'WARN'],
  ['5/1/2024 9:00:00 PM WARN disk is slow', 'disk is slow', 'WARN'],
  ['[2024-05-01 09:00:00 AM] WARN disk is slow', 'disk is slow', 'WARN'],
  ['May 1, 2024 9:00:00 AM org.acme.shop.OrderService$1 place', 'place', 'org.acme.shop.OrderService$1'],
];

it.each(HEADERS)('finds the header of %j', (line, message, ...constants) => {
  expect(read(line)).toEqual([message, constants]);
});

it.each([
  'Failed to open /tmp/x at 12:00:00',
  'user logged in at 2024-05-01 12:00:00',
  'Error: cannot open the file',
  'Connection from 10.0.0.1:8080 closed',
  '{"time":"2024-05-01T12:00:00.123Z","level":"INFO","msg":"started"}',
  '{"t":{"$date":"2024-05-01T12:00:00.123Z"}, "s":"I", "msg":"started"}',
  '',
])('leaves %j alone', (line) => {
  expect(read(line)).toEqual([line, []]);
});

it('finds the same header whatever line came before', () => {
  const cut = HEADERS.map(([line]) => line.slice(0, 21));
  for (const before of [...HEADERS.map(([line]) => line), ...cut])
    for (const [line, message, ...constants] of HEADERS) {
      read(before);
      expect(read(line)).toEqual([message, constants]);
      // The time is the same, but the line ends too early, or a letter stands where a digit stood.
      for (const other of [line.slice(0, 12), line.replace(/\d/, 'x')]) {
        read('Jun 14 15:16:01 web-1 cron[17]: run');
        const alone = read(other);
        read(line);
        expect(read(other)).toEqual(alone);
      }
    }
});
