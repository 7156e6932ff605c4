import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { keepAlive } from './grpc-keepalive.ts';
import type { KeepaliveOptions } from './grpc-keepalive.ts';

const NEVER: KeepaliveOptions = {
  ...{ maxConnectionAgeMs: 0, maxConnectionAgeGraceMs: 0, maxConnectionIdleMs: 0, timeMs: 0, timeoutMs: 1000 },
};
const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

/** The port of a server that answers each call after `answerMs`. */
async function serve(options: Partial<KeepaliveOptions>, answerMs = 0): Promise<number> {
  const server = http2.createServer();
  server.on('session', (session) => keepAlive(session, { ...NEVER, ...options }));
  server.on('stream', (stream: http2.ServerHttp2Stream) => {
    stream.on('error', () => undefined);
    setTimeout(() => !stream.destroyed && stream.respond({ ':status': 200 }, { endStream: true }), answerMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function connect(options: Partial<KeepaliveOptions>, answerMs = 0): Promise<http2.ClientHttp2Session> {
  const session = http2.connect(`http://127.0.0.1:${await serve(options, answerMs)}`);
  session.on('error', () => undefined);
  stops.push(() => session.destroy());
  await once(session, 'connect');
  return session;
}

function call(session: http2.ClientHttp2Session): Promise<'answered' | 'broken'> {
  const stream = session.request({ ':path': '/' });
  let answered = false;
  stream.on('response', () => (answered = true));
  stream.on('error', () => undefined);
  stream.resume();
  return new Promise((resolve) => stream.on('close', () => resolve(answered ? 'answered' : 'broken')));
}

describe('a gRPC connection', () => {
  it('is asked to end at its age, and calls in work are answered', async () => {
    const session = await connect({ maxConnectionAgeMs: 200 }, 500);
    const answer = call(session);
    const goaway = once(session, 'goaway');
    const begin = performance.now();
    expect((await goaway)[0]).toBe(0);
    expect(performance.now() - begin).toBeLessThan(450);
    expect(await answer).toBe('answered');
    if (!session.closed) await once(session, 'close');
  });

  it('is cut off when the grace after that is over', async () => {
    const session = await connect({ maxConnectionAgeMs: 100, maxConnectionAgeGraceMs: 100 }, 60_000);
    expect(await call(session)).toBe('broken');
  });

  it('is asked to end when nobody has called for a while, and not before', async () => {
    const session = await connect({ maxConnectionIdleMs: 400 });
    let ended = false;
    session.on('goaway', () => (ended = true));
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, 120));
      expect(await call(session)).toBe('answered');
    }
    expect(ended).toBe(false);
    await once(session, 'close');
  });

  it('is cut off when the other side answers no ping, and lives on when it does', async () => {
    const alive = await connect({ timeMs: 50, timeoutMs: 2000 });
    let pings = 0;
    alive.on('ping', () => pings++);
    const dead = net.connect(await serve({ timeMs: 50, timeoutMs: 100 }), '127.0.0.1').resume();
    // It begins as HTTP/2 does, with empty settings, and never says anything again.
    dead.write(
      Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from('000000040000000000', 'hex')]),
    );
    await once(dead, 'close');
    await expect.poll(() => pings, { timeout: 5000 }).toBeGreaterThan(3);
    expect(alive.closed).toBe(false);
  });
});
