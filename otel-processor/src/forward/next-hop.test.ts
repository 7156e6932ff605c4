import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sink } from '../../test/neighbours.ts';
import { parseConfig } from '../config.ts';
import type { Outcome } from '../errors.ts';
import type { Sending } from '../otlp/exporter.ts';
import { Telemetry } from '../telemetry.ts';
import { NextHop } from './next-hop.ts';

const SENDING: Sending = { tenant: '', tenantHeader: 'x-scope-orgid', hops: 1, deadline: Infinity };
const BYTES = Buffer.from('an export request');

let sink: Sink;
let telemetry: Telemetry;
const closes: (() => unknown)[] = [];
beforeEach(async () => {
  sink = await new Sink().start();
  telemetry = new Telemetry();
});
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
  await telemetry.close();
  await sink.stop();
});

function nextHop(settings: object, url = sink.url): NextHop {
  const { forward } = parseConfig({ forward: { url, ...settings } });
  const made = new NextHop({ ...forward, url }, undefined, telemetry);
  closes.push(() => made.close());
  return made;
}

const refusals = (code: string): number => telemetry.total('seismo.exporter.refusals', code);
const breakerOpen = async (): Promise<string | undefined> =>
  /^seismo_exporter_breaker_open\S* (\d)$/m.exec(await telemetry.text())?.[1];

describe('the next hop', () => {
  it('is tried again while no connection can be made, and has the batch once when it is back', async () => {
    const { url, port } = sink;
    await sink.stop();
    const sent = nextHop({ retryMs: 20_000, breakerFailures: 1000 }, url).send(BYTES, SENDING);
    await sleep(300);
    await sink.start(port);
    expect((await sent).outcome.taken).toBe(true);
    expect(sink.received.map(({ body }) => body)).toEqual([BYTES]);
    expect(refusals('network')).toBeGreaterThan(0);
  });

  it('is not tried again longer than asked for, nor than the client waits', async () => {
    const { url } = sink;
    await sink.stop();
    const start = performance.now();
    const patient = nextHop({ retryMs: 300, breakerFailures: 1000 }, url);
    expect((await patient.send(BYTES, SENDING)).outcome.taken).toBe(false);
    const hasty = nextHop({ retryMs: 60_000, breakerFailures: 1000 }, url);
    const { outcome } = await hasty.send(BYTES, { ...SENDING, deadline: performance.now() + 300 });
    expect(outcome).toMatchObject({ taken: false, status: { retryDelayMs: 1000 } });
    expect(performance.now() - start).toBeLessThan(10_000);
    await sink.start();
  });

  it('is not sent again what it may have: not when it breaks off, not when it refuses', async () => {
    let requests = 0;
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        requests++;
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closes.push(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await nextHop({ retryMs: 500 }, url).send(BYTES, SENDING)).outcome.taken).toBe(false);
    expect(requests).toBe(1);
    sink.answer = () => (requests++, { status: 503 });
    expect((await nextHop({ retryMs: 500 }).send(BYTES, SENDING)).outcome.taken).toBe(false);
    expect(requests).toBe(2);
  });

  it('is left alone after tries without an answer, until one batch finds it back', async () => {
    const { url, port } = sink;
    await sink.stop();
    const hop = nextHop({ retryMs: 0, breakerFailures: 3, breakerPauseMs: 200 }, url);
    const outcomes: Outcome[] = [];
    for (let i = 0; i < 5; i++) outcomes.push((await hop.send(BYTES, SENDING)).outcome);
    expect(outcomes.some(({ taken }) => taken)).toBe(false);
    expect([refusals('network'), refusals('breaker')]).toEqual([3, 2]);
    expect(await breakerOpen()).toBe('1');
    await sink.start(port);
    expect(sink.received).toHaveLength(0);
    await sleep(250);
    expect((await hop.send(BYTES, SENDING)).outcome.taken).toBe(true);
    expect((await hop.send(BYTES, SENDING)).outcome.taken).toBe(true);
    expect(await breakerOpen()).toBe('0');
  });

  it('is not left alone because clients are in a hurry, or because it refuses', async () => {
    sink.answer = () => ({ delayMs: 300 });
    const hop = nextHop({ breakerFailures: 2, breakerPauseMs: 60_000 });
    for (let i = 0; i < 4; i++) await hop.send(BYTES, { ...SENDING, deadline: performance.now() + 20 });
    sink.answer = () => ({ status: 429 });
    for (let i = 0; i < 4; i++) await hop.send(BYTES, SENDING);
    sink.answer = () => ({});
    expect((await hop.send(BYTES, SENDING)).outcome.taken).toBe(true);
    expect(refusals('breaker')).toBe(0);
  });
});
