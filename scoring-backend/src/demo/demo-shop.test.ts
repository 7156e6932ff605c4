import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DemoShop } from './demo-shop.ts';
import type { Fault } from './fault.ts';
import { FAULTS, faultNamed } from './faults.ts';
import { type LogReceiver, type ReceivedLog, startLogReceiver } from './log-receiver.ts';

/** Far more visitors than in the demo, so that a few seconds show everything. */
const VISITS_PER_SECOND = 60;
const SOON = { timeout: 25_000, interval: 100 };

let receiver: LogReceiver;
let shop: DemoShop;

beforeAll(async () => {
  receiver = await startLogReceiver();
  shop = await DemoShop.open({ logsUrl: receiver.logsUrl, seed: 1, visitsPerSecond: VISITS_PER_SECOND });
});
afterAll(async () => {
  await shop.close();
  receiver.close();
});

function fault(name: string): Fault {
  const known = faultNamed(name);
  if (known === undefined) throw new Error(`no such fault: ${name}`);
  return known;
}

/** Lines of a service from now on. */
function watch(service: string): () => ReceivedLog[] {
  const before = receiver.logs.length;
  return () => receiver.logs.slice(before).filter((log) => log.service === service);
}

function has(logs: readonly ReceivedLog[], pattern: RegExp): boolean {
  return logs.some(({ text }) => pattern.test(text));
}

describe('the demo shop', () => {
  it('sends logs of nine services over OTLP, of mixed severity, as time goes by', async () => {
    await vi.waitFor(() => {
      expect(new Set(receiver.logs.map(({ service }) => service))).toEqual(
        new Set([
          ...['storefront', 'catalogue', 'cart', 'login', 'checkout', 'payment'],
          ...['order-queue', 'shipping-worker', 'price-import'],
        ]),
      );
      const severities = new Set(receiver.logs.map(({ severity }) => severity));
      expect([...severities].sort((a, b) => a - b)).toEqual([9, 13, 17]);
      expect(has(receiver.logs, /^Payment p-\d+ declined by issuer: insufficient funds$/)).toBe(true);
    }, SOON);
    for (const { timeMs } of receiver.logs) expect(Math.abs(Date.now() - timeMs)).toBeLessThan(60_000);
  });

  it('carries one trace id from the storefront to the payment and back', async () => {
    await vi.waitFor(() => {
      const paid = receiver.logs.find(({ text }) => /^Payment p-\d+ authorised by/.test(text));
      expect(paid?.traceId).toMatch(/^[0-9a-f]{32}$/);
      const trace = receiver.logs.filter(({ traceId }) => traceId === paid?.traceId);
      expect(new Set(trace.map(({ service }) => service))).toEqual(new Set(['storefront', 'checkout', 'payment']));
    }, SOON);
  });

  it('fails payments and checkouts while the bank does not answer, and recovers', async () => {
    const [payment, checkout, storefront] = [watch('payment'), watch('checkout'), watch('storefront')];
    expect(has(receiver.logs, /timed out/)).toBe(false);
    await shop.begin(fault('payment-timeouts'));
    await vi.waitFor(() => {
      expect(has(payment(), /^Payment p-\d+ timed out after 1500 ms waiting for acquirer$/)).toBe(true);
      expect(has(checkout(), /^Order \d+ failed: payment did not answer in time$/)).toBe(true);
      expect(has(storefront(), /^POST \/checkout 502 \d+ ms$/)).toBe(true);
    }, SOON);
    await shop.recover();
  });

  it('writes new messages under a new version while a bad release is live', async () => {
    const catalogue = watch('catalogue');
    await shop.begin(fault('bad-release'));
    await vi.waitFor(() => {
      expect(has(catalogue(), /^Catalogue 4\.2\.0 listening/)).toBe(true);
      expect(has(catalogue(), /^Rendered A-\d+ with layout grid-b/)).toBe(true);
      const broken = catalogue().find(({ text }) => text.startsWith('Cannot render price of A-'));
      expect(broken?.severity).toBe(17);
      expect(broken?.request).toContain('4.2.0');
    }, SOON);
    await shop.recover();
    await vi.waitFor(() => expect(has(catalogue(), /^Catalogue 4\.1\.3 listening/)).toBe(true), SOON);
  });

  it('lets the backlog grow while the worker takes no orders', async () => {
    await shop.begin(fault('stuck-queue'));
    const queue = watch('order-queue');
    await vi.waitFor(() => {
      expect(has(queue(), /^Queue orders is above its high-water mark: \d+ messages/)).toBe(true);
      expect(has(queue(), /^Consumer shipping-worker has not acknowledged/)).toBe(true);
    }, SOON);
    // What it wrote before may still be under way.
    await vi.waitFor(async () => {
      const worker = watch('shipping-worker');
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(worker()).toEqual([]);
    }, SOON);
    const worker = watch('shipping-worker');
    await shop.recover();
    await vi.waitFor(() => expect(worker().length).toBeGreaterThan(0), SOON);
  });

  it('hears nothing from the price import while it is silent', async () => {
    await shop.begin(fault('silent-cron'));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const silent = watch('price-import');
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    expect(silent()).toEqual([]);
    await shop.recover();
    await vi.waitFor(() => expect(has(silent(), /^Price import finished: \d+ prices checked/)).toBe(true), SOON);
  });

  it('shows guessed passwords from one address while somebody tries them', async () => {
    const login = watch('login');
    await shop.begin(fault('login-brute-force'));
    await vi.waitFor(() => {
      expect(has(login(), /^Login of (admin|root|test|backup) from 203\.0\.113\.66 failed: wrong password$/)).toBe(
        true,
      );
      expect(has(login(), /^Account \w+ locked after 5 failed attempts$/)).toBe(true);
    }, SOON);
    await shop.recover();
  });

  it('knows each fault by a name of its own and says in which services it shows', () => {
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
    for (const { services, title } of FAULTS) {
      expect(services.length).toBeGreaterThan(0);
      expect(title).not.toBe('');
    }
  });
});
