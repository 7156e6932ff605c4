import { describe, expect, it } from 'vitest';
import { address, findAddress } from './parameter-address.ts';
import { DURATION, number, readNumber, SIZE } from './parameter-number.ts';
import { findRequest, request } from './parameter-request.ts';
import { align, aligned, MAX_SLOTS, slotPlan, wordBefore } from './parameter-slots.ts';
import { findUser, user } from './parameter-user.ts';
import { LOGIN, LOGIN_DONE, LOGIN_FAILED, outcomeOf, REPEATS, REQUEST, rolesOf } from './template-roles.ts';

const encoder = new TextEncoder();

function slotsOf(text: string, message: string): string[] | undefined {
  const bytes = encoder.encode(message);
  if (!align(slotPlan(text), bytes, 0, bytes.length)) return undefined;
  return Array.from({ length: aligned.slots }, (_, s) => message.slice(aligned.start[s], aligned.end[s]));
}

function found(find: (bytes: Uint8Array, start: number, end: number) => boolean, at: typeof user, message: string) {
  // What lies around a message in its batch must not matter.
  const bytes = encoder.encode(`7.7.7.7 user=zoe ${message} for=eve 8.8.8.8`);
  const start = 'x.x.x.x user=zoe '.length;
  return find(bytes, start, start + encoder.encode(message).length)
    ? new TextDecoder().decode(bytes.subarray(at.start, at.end))
    : undefined;
}

describe('align', () => {
  it('finds the values between the constants of a template, in their order', () => {
    expect(
      slotsOf('Login of <*> from <*> failed: wrong password', 'Login of anna from 10.0.0.7 failed: wrong password'),
    ).toEqual(['anna', '10.0.0.7']);
    expect(slotsOf('<*> took <*>', 'GET /a b took  30 ms')).toEqual(['GET /a b', '30 ms']);
  });

  it('takes a constant word for a whole word only, and one blank for any blanks', () => {
    expect(slotsOf('user <*> in <*>', 'user admin  in Berlin')).toEqual(['admin', 'Berlin']);
    expect(slotsOf('a b <*>', 'a \t b 7')).toEqual(['7']);
  });

  it('refuses a message that lacks a constant', () => {
    expect(slotsOf('Login of <*> from <*> failed', 'Login of anna done')).toBeUndefined();
  });

  it('reads a bounded number of slots', () => {
    const text = Array.from({ length: 40 }, (_, i) => `k${i}=<*>`).join(' ');
    expect(slotPlan(text).slots).toBe(MAX_SLOTS);
    expect(slotsOf(text, text.replaceAll('<*>', 'v'))).toHaveLength(MAX_SLOTS);
  });

  it('names a slot by the word before it, and knows a unit of time behind it', () => {
    const plan = slotPlan('from <*> port <*> took <*> seconds');
    expect([0, 1, 2].map((slot) => wordBefore(plan, slot))).toEqual(['from', 'port', 'took']);
    expect(plan.unitMs).toEqual([0, 0, 1000]);
  });
});

describe('readNumber', () => {
  it.each([
    ['42', 42, 0],
    ['-1.5', -1.5, 0],
    ['30ms', 30, DURATION],
    ['2.5 s', 2500, DURATION],
    ['4 KB', 4096, SIZE],
    ['17 %', 17, 0],
  ])('reads %s', (text, value, unit) => {
    const bytes = encoder.encode(text);
    expect(readNumber(bytes, 0, bytes.length)).toBe(true);
    expect([number.value, number.unit]).toEqual([value, unit]);
  });

  it.each(['', '-', '1a', '1.2.3', 'ten', '1e999999999999999999999999999999999', '3 apples'])('refuses %j', (text) => {
    const bytes = encoder.encode(text);
    expect(readNumber(bytes, 0, bytes.length)).toBe(false);
  });
});

describe('findAddress', () => {
  it.each([
    ['Failed password for root from 185.190.58.151 port 49673 ssh2', '185.190.58.151'],
    ['connect 10.0.0.1:80 from 203.0.113.9:4431', '203.0.113.9'],
    ['client 2001:db8::1 denied', '2001:db8::1'],
    ['rhost=p15105218.pureserver.info  user=root', 'p15105218.pureserver.info'],
    ['83.149.9.216 - - "GET /1.2.3.4 HTTP/1.1"', '83.149.9.216'],
  ])('finds who it came from in %j', (message, expected) => {
    expect(found(findAddress, address, message)).toBe(expected);
  });

  it.each([
    'at 12:30:01 version 1.2.3.4.5',
    'OID 1.3.6.1.4.1',
    '300.1.1.1 and 1.2.3',
    'listening on :: port 22',
    'dead:beef',
  ])('is not fooled by %j', (message) => {
    expect(found(findAddress, address, message)).toBeUndefined();
  });
});

describe('findUser', () => {
  it.each([
    ['Failed password for invalid user admin from 185.190.58.151', 'admin'],
    ['Login of anna from 10.0.0.7 failed', 'anna'],
    ['authentication failure; logname= uid=0 ruser= rhost=1.2.3.4  user=root', 'root'],
    ['{"user": "bob", "ok": false}', 'bob'],
  ])('finds the account in %j', (message, expected) => {
    expect(found(findUser, user, message)).toBe(expected);
  });

  it.each(['check pass; user unknown', 'ruser= user= ', 'nothing said'])('finds none in %j', (message) => {
    expect(found(findUser, user, message)).toBeUndefined();
  });
});

describe('findRequest', () => {
  it.each([
    ['1.2.3.4 - - [17/May/2015] "GET /a/b?x=1 HTTP/1.1" 404 203', '/a/b?x=1', 404],
    ['"GET /search?q=1 or 1=1 HTTP/1.1" 200 30ms', '/search?q=1 or 1=1', 200],
    ['POST /login 401 in 3 ms', '/login', 401],
    ['"POST http://host/x HTTP/1.1" status: 500 len: 7', 'http://host/x', 500],
    ['GET /open', '/open', 0],
  ])('finds target and status in %j', (message, target, status) => {
    expect(found(findRequest, request, message)).toBe(target);
    expect(request.status).toBe(status);
  });

  it.each(['read /etc/passwd', 'A /b', 'ratio 3 /4', 'INFO'])('finds none in %j', (message) => {
    expect(found(findRequest, request, message)).toBeUndefined();
  });
});

describe('rolesOf', () => {
  it.each([
    ['{"time":"<*>","request":"<*>","response":<*>}', REQUEST],
    ['Failed password for <*> from <*>', LOGIN | LOGIN_FAILED],
    ['Accepted password for <*> from <*>', LOGIN | LOGIN_DONE],
    ['password of <*>: <*>', LOGIN],
    ['message repeated <*> times: [ Failed password for <*>', LOGIN | LOGIN_FAILED | REPEATS],
    ['<*> "GET /<*> HTTP/1.1" <*>', REQUEST],
    ['order <*> packed', 0],
    ['request <*> was put back', 0],
  ])('tells from %j what its records are looked at for', (text, roles) => {
    expect(rolesOf(text)).toBe(roles);
  });

  it('asks the message for the outcome where the template leaves it open', () => {
    const outcome = (text: string): number => outcomeOf(encoder.encode(text), 0, text.length);
    expect(['password of anna: wrong', 'password of anna: accepted', 'password of anna: asked'].map(outcome)).toEqual([
      1, -1, 0,
    ]);
  });
});
