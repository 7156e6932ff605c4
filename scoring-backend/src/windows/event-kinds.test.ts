import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../columns/state-codec.ts';
import { MESSAGE, REQUEST, rolesOf } from '../templates/template-roles.ts';
import { EventKinds } from './event-kinds.ts';
import { templateOfEvent } from './session-event.ts';

function of(kinds: EventKinds, line: string, roles: number, template = 5): number {
  const bytes = Buffer.from(line);
  return kinds.of(template, roles, bytes, 0, bytes.length);
}

const route = (name: string, id: number): string => `10.0.0.1 - "GET /${name}/${id}?from=${id * 7} HTTP/1.1" 200 12`;
const ROUTES = ['cart', 'checkout', 'search', 'item'];

describe('the kinds of a template', () => {
  it('are its routes without their ids, once it has shown that they are few', () => {
    const kinds = new EventKinds();
    for (let i = 0; i < 100; i++) expect(of(kinds, route(ROUTES[i % 4], i), REQUEST)).toBe(5);
    const events = ROUTES.map((name) => of(kinds, route(name, 9_999), REQUEST));
    expect(new Set(events).size).toBe(4);
    expect(events.map(templateOfEvent)).toEqual([5, 5, 5, 5]);
    expect(of(kinds, route('cart', 123_456), REQUEST)).toBe(events[0]);
    expect(of(kinds, '10.0.0.1 - "POST /cart/1 HTTP/1.1" 200 12', REQUEST)).not.toBe(events[0]);
  });

  it('are the messages of structured records, without their numbers', () => {
    expect(rolesOf('level=info msg="<*>" ms=<*>')).toBe(MESSAGE);
    expect(rolesOf('sent msg <*> to <*>')).toBe(0);
    const kinds = new EventKinds();
    const line = (msg: string): string => `level=info msg="${msg}" ms=3`;
    for (let i = 0; i < 100; i++) of(kinds, line(i % 2 === 0 ? `order ${i} stored` : 'cart closed'), MESSAGE);
    const stored = of(kinds, line('order 77 stored'), MESSAGE);
    expect(stored).toBe(of(kinds, line('order 5 stored'), MESSAGE));
    expect(stored).not.toBe(of(kinds, line('cart closed'), MESSAGE));
    expect(stored).not.toBe(5);
  });

  it('are not told apart where they keep being new', () => {
    const kinds = new EventKinds();
    for (let i = 0; i < 300; i++) {
      const name = i.toString(36).replaceAll(/\d/g, (digit) => 'ghijklmnop'[Number(digit)]);
      expect(of(kinds, route(`page-${name}`, i), REQUEST)).toBe(5);
    }
  });

  it('survive a snapshot and a merge, and are forgotten with their template', () => {
    const kinds = new EventKinds();
    for (let i = 0; i < 100; i++) of(kinds, route(ROUTES[i % 4], i), REQUEST);
    const event = of(kinds, route('cart', 1), REQUEST);
    const to = new StateWriter();
    kinds.save(to);
    const again = new EventKinds();
    again.load(new StateReader(to.finish()));
    expect(of(again, route('cart', 2), REQUEST)).toBe(event);
    again.merge(5, 6);
    expect(templateOfEvent(of(again, route('cart', 2), REQUEST, 6))).toBe(6);
    expect(of(again, route('cart', 2), REQUEST, 6)).not.toBe(6);
    again.clear(6);
    expect(of(again, route('cart', 2), REQUEST, 6)).toBe(6);
  });
});
