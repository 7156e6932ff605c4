import { describe, expect, it } from 'vitest';
import { DemoShop } from '../demo/demo-shop.ts';
import { faultNamed } from '../demo/faults.ts';
import type { Anomaly } from '../engine/outputs.ts';
import { startLogReceiver } from '../demo/log-receiver.ts';
import { DemoCourse } from './demo-course.ts';
import { jsonNarrator } from './json-narrator.ts';
import type { Terminal } from './terminal.ts';

function anomaly(service: string, endMs: number): Anomaly {
  return {
    ...{ id: '', stream: { tenant: '', namespace: '', service, environment: '' }, unit: 'window' },
    ...{ startMs: endMs - 30_000, endMs, reasons: [], templateId: '', template: '', examples: [], model: '' },
    ...{ magnitude: 6, score: 0.9, confidence: 0.5, margin: 1 },
  };
}

describe('DemoCourse', () => {
  it('tells once that a fault was found, in which services, and how many false alarms came before', async () => {
    const events: { event: string }[] = [];
    const terminal: Terminal = {
      print: (text) => void events.push(JSON.parse(text) as { event: string }),
      remark: () => {},
      paint: (_style, text) => text,
      drained: async () => {},
      columns: 80,
      interactive: false,
    };
    const receiver = await startLogReceiver();
    const shop = await DemoShop.open({ logsUrl: receiver.logsUrl, seed: 1, visitsPerSecond: 5 });
    const course = new DemoCourse(jsonNarrator(terminal, Date.now), Date.now);
    const fault = faultNamed('payment-timeouts');
    if (fault === undefined) throw new Error('no such fault');
    course.see(anomaly('cart', Date.now()));
    const options = { faults: [fault], calmMs: 50, onlyFirst: true };
    const ended = course.run(shop, options, new AbortController().signal);
    while (!events.some(({ event }) => event === 'fault_injected')) await new Promise((next) => setTimeout(next, 20));
    course.see(anomaly('cart', Date.now() + 1));
    course.see(anomaly('payment', Date.now() - 60_000));
    for (const service of ['payment', 'payment', 'checkout']) course.see(anomaly(service, Date.now() + 1));
    expect(await ended).toBe(true);
    await shop.close();
    receiver.close();
    expect(events.map(({ event }) => event)).toEqual(['fault_injected', 'fault_found']);
    expect(events[1]).toMatchObject({ services: ['payment', 'checkout'], calmAnomalies: 1, fault: 'payment-timeouts' });
  });
});
