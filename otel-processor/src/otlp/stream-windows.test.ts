import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { eventually } from '../../test/neighbours.ts';
import { LARGEST_WINDOW, StreamWindows } from './stream-windows.ts';

const opened: { close(): void }[] = [];
afterEach(() => opened.splice(0).forEach((one) => one.close()));

async function listening(lookMs?: number): Promise<{ url: string; windows: StreamWindows }> {
  const server = http2.createServer({ settings: { initialWindowSize: LARGEST_WINDOW, maxConcurrentStreams: 7 } });
  const windows = new StreamWindows(server, lookMs);
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  opened.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, windows };
}

function connected(url: string): http2.ClientHttp2Session {
  const session = http2.connect(url);
  opened.push({ close: () => session.destroy() });
  return session;
}

it('a few connections get windows that a batch fits into', async () => {
  const { url } = await listening();
  const session = connected(url);
  await eventually('the settings', () => session.remoteSettings.initialWindowSize === LARGEST_WINDOW);
});

it('many connections share, those that were there before as well; other settings stay', async () => {
  const { url } = await listening();
  const sessions = Array.from({ length: 64 }, () => connected(url));
  for (const session of sessions)
    await eventually('a small window', () => session.remoteSettings.initialWindowSize === 65_536);
  expect(sessions[0].remoteSettings.maxConcurrentStreams).toBe(7);
});

it('many calls on one connection share, and are a crowd no longer a while after they ended', async () => {
  const { url, windows } = await listening(100);
  const session = connected(url);
  await eventually('the settings', () => session.remoteSettings.initialWindowSize === LARGEST_WINDOW);
  for (let i = 0; i < 16; i++) windows.began();
  await eventually('a smaller window', () => session.remoteSettings.initialWindowSize === LARGEST_WINDOW / 4);
  for (let i = 0; i < 16; i++) windows.ended();
  await eventually('the large window', () => session.remoteSettings.initialWindowSize === LARGEST_WINDOW);
});
