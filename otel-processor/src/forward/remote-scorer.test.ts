import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logsRequest } from '../../test/messages.ts';
import { ConstantScorer, verdictsFor } from '../../test/neighbours.ts';
import { RemoteScorer } from './remote-scorer.ts';
import type { RemoteScorerOptions } from './remote-scorer.ts';
import type { ScoreRequest } from './scorer.ts';

const REQUEST: ScoreRequest = { bytes: logsRequest(['a', 'b']), records: 2, tenant: '', learn: true, texts: false };

let backend: ConstantScorer;
const scorers: RemoteScorer[] = [];
beforeEach(async () => {
  backend = await new ConstantScorer().start();
});
afterEach(async () => {
  for (const scorer of scorers.splice(0)) await scorer.close();
  await backend.stop();
});

function scorer(options: Partial<RemoteScorerOptions> = {}): RemoteScorer {
  const breaker = { failures: 3, pauseMs: 50 };
  const made = new RemoteScorer({ endpoint: backend.url, slowMs: 5000, abandonMs: 5000, breaker, ...options });
  scorers.push(made);
  return made;
}

/** A server that answers with these bytes and closes. */
async function answering(bytes: string): Promise<{ url: string; stop: () => void }> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}

describe('the remote scorer', () => {
  it('posts the bytes and reads the verdicts', async () => {
    const verdicts = await scorer().score({ ...REQUEST, tenant: 'a', learn: false, texts: true });
    expect([verdicts.records, verdicts.score[1], verdicts.model]).toEqual([2, 0.25, 'constant/1']);
    expect(backend.received[0].body).toEqual(REQUEST.bytes);
    expect(backend.received[0].headers).toMatchObject({
      ...{ 'content-type': 'application/x-protobuf', 'x-scope-orgid': 'a' },
      ...{ 'x-seismo-learn': 'false', 'x-seismo-texts': 'true' },
    });
  });

  it('keeps its connection', async () => {
    const one = scorer();
    for (let i = 0; i < 10; i++) await one.score(REQUEST);
    expect(backend.connections).toBe(1);
  });

  it('takes an endpoint with a path and a slash at its end', async () => {
    const answer = await scorer({ endpoint: `${backend.url}/seismo/` }).score(REQUEST);
    expect(answer.records).toBe(2);
  });

  it('knows that a backend that is away learned nothing', async () => {
    const one = scorer({ endpoint: 'http://127.0.0.1:1' });
    await expect(one.score(REQUEST)).rejects.toMatchObject({ reason: 'backend_unavailable', learned: false });
  });

  it.each([
    [500, 'backend_error'],
    [400, 'backend_error'],
    [503, 'overloaded'],
    [429, 'overloaded'],
  ])('knows that a backend that answers %i learned nothing: %s', async (status, reason) => {
    backend.answer = () => ({ status, body: Buffer.from('because') });
    const message = expect.stringContaining('because') as string;
    await expect(scorer().score(REQUEST)).rejects.toMatchObject({ reason, learned: false, message });
  });

  it.each([
    ['breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
    ['closes without an answer', ''],
    ['answers something else', 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\noops'],
  ])('does not know what a backend learned that %s', async (_how, bytes) => {
    const { url, stop } = await answering(bytes);
    await expect(scorer({ endpoint: url }).score(REQUEST)).rejects.toMatchObject({
      ...{ reason: 'backend_error', learned: 'unknown' },
    });
    stop();
  });

  it('breaks a request off that has no answer for too long', async () => {
    backend.answer = () => ({ delayMs: 20_000 });
    const message = expect.stringContaining('no answer within 100 ms') as string;
    await expect(scorer({ abandonMs: 100 }).score(REQUEST)).rejects.toMatchObject({ learned: 'unknown', message });
  });

  it('does not read an answer without end', async () => {
    backend.answer = () => ({ body: Buffer.alloc(20 * 1024 * 1024) });
    const message = expect.stringContaining('expected at most') as string;
    await expect(scorer().score(REQUEST)).rejects.toMatchObject({ reason: 'backend_error', message });
  });

  it('counts slow answers as failures although they come', async () => {
    const one = scorer({ slowMs: 20 });
    backend.answer = ({ body }) => ({ ...verdictsFor(body), delayMs: 150 });
    await Promise.all([one.score(REQUEST), one.score(REQUEST), one.score(REQUEST)]);
    expect(one.breakerOpen).toBe(true);
  });

  it('does not leave a backend alone that merely dislikes some batches', async () => {
    const one = scorer();
    backend.answer = () => ({ status: 400 });
    for (let i = 0; i < 10; i++) await one.score(REQUEST).catch(() => undefined);
    expect(one.breakerOpen).toBe(false);
  });

  it('costs a failing backend one request per pause, and comes back', async () => {
    const one = scorer();
    backend.answer = () => ({ status: 500 });
    for (let i = 0; i < 3; i++) await one.score(REQUEST).catch(() => undefined);
    await expect(one.score(REQUEST)).rejects.toMatchObject({ reason: 'backend_unavailable', learned: false });
    backend.answer = ({ body }) => verdictsFor(body);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect((await one.score(REQUEST)).records).toBe(2);
    expect(one.breakerOpen).toBe(false);
  });
});
