import { describe, expect, it } from 'vitest';
import { areaUnderCurve } from '../../../test/quality/area-under-curve.ts';
import { RecordBatch } from '../../engine/record-batch.ts';
import { RecordValues } from '../../engine/records/record-values.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import type { SecurityFinding } from './finding.ts';
import { SecurityWatch } from './security-watch.ts';

const T0 = 1_760_000_000_000;
const SECOND = 1000;
const MINUTE = 60_000;

/** A watch and what it said, fed with what records would say. */
class Watched {
  readonly watch: SecurityWatch;
  said: SecurityFinding[] = [];
  #closedMs = T0;

  constructor(watch = new SecurityWatch(1)) {
    this.watch = watch;
  }

  login(
    atMs: number,
    address: string,
    user: string,
    failed: boolean,
    times = 1,
    learn = true,
    template = 5,
  ): SecurityFinding | undefined {
    const values = valuesOf(address, user, '');
    return this.#feed(atMs, learn, () => this.watch.login(values, template, failed ? times : -times, T0 + atMs));
  }

  request(
    atMs: number,
    address: string,
    target: string,
    status: number,
    attack?: 'sql_injection',
  ): SecurityFinding | undefined {
    const values = valuesOf(address, '', target);
    values.status = status;
    return this.#feed(atMs, true, () => this.watch.request(values, attack, T0 + atMs));
  }

  #feed(atMs: number, learn: boolean, act: () => void): SecurityFinding | undefined {
    for (; this.#closedMs + 30_000 <= T0 + atMs; this.#closedMs += 30_000)
      this.watch.bucketClosed(this.#closedMs, this.#closedMs + 30_000);
    this.watch.begin(T0 + atMs, learn);
    act();
    const { finding } = this.watch;
    if (finding !== undefined && finding.margin > 0) this.said.push(finding);
    return finding;
  }
}

function valuesOf(address: string, user: string, target: string): RecordValues {
  const batch = new RecordBatch();
  batch.bytes = new TextEncoder().encode(address + user + target);
  const values = new RecordValues();
  values.begin(batch, 0, 0);
  const userStart = address.length;
  const targetStart = userStart + user.length;
  if (address !== '') [values.addressStart, values.addressEnd] = [0, userStart];
  if (user !== '') [values.userStart, values.userEnd] = [userStart, targetStart];
  if (target !== '') [values.targetStart, values.targetEnd] = [targetStart, batch.bytes.length];
  return values;
}

/** An hour of a service where one login of twenty fails and people try again. */
function ordinaryHour(watched: Watched): void {
  for (let s = 0; s < 3600; s += 10) {
    const address = `10.0.${(s * 7) % 200}.${(s * 13) % 250}`;
    if ((s / 10) % 20 === 3) watched.login(s * SECOND - 3000, address, `user${s % 97}`, true);
    watched.login(s * SECOND, address, `user${s % 97}`, false);
    watched.request(s * SECOND, address, `/page/${s % 31}`, (s / 10) % 50 === 7 ? 404 : 200);
  }
}

describe('SecurityWatch', () => {
  it('finds nothing in an ordinary hour', () => {
    const watched = new Watched();
    ordinaryHour(watched);
    expect(watched.said).toEqual([]);
  });

  it('names an address that guesses passwords, once, within a few tries, from the first line on', () => {
    const watched = new Watched();
    for (let i = 0; i < 300; i++) watched.login(i * 2 * SECOND, '203.0.113.7', 'root', true);
    expect(watched.said.map(({ kind, actor }) => [kind, actor])).toEqual([['brute_force', '203.0.113.7']]);
    expect(watched.said[0].actual).toBeLessThanOrEqual(10);
    expect(watched.said[0].technique.id).toBe('T1110.001');
  });

  it('says it again only after a quiet week', () => {
    const watched = new Watched();
    const burst = (fromMs: number): void => {
      for (let i = 0; i < 30; i++) watched.login(fromMs + i * SECOND, '203.0.113.7', 'root', true);
    };
    burst(0);
    burst(3 * 86_400_000);
    burst(9 * 86_400_000);
    expect(watched.said).toHaveLength(1);
    burst(17 * 86_400_000);
    expect(watched.said).toHaveLength(2);
  });

  it.each([
    ['a minute', MINUTE, 1],
    ['five minutes', 5 * MINUTE, 1.5],
    ['an hour', 60 * MINUTE, 24],
  ])('names an address that tries one password in %s, once', (_name, stepMs, withinHours) => {
    const watched = new Watched();
    ordinaryHour(watched);
    for (let i = 0; i < 60; i++) watched.login(3600_000 + i * stepMs, '203.0.113.7', 'root', true);
    expect(watched.said.map(({ kind, actor }) => [kind, actor])).toEqual([['brute_force', '203.0.113.7']]);
    const [{ actual, periodMs }] = watched.said;
    expect(actual * stepMs).toBeLessThanOrEqual(withinHours * 60 * MINUTE);
    expect(periodMs).toBe(stepMs > MINUTE ? 86_400_000 : 10 * MINUTE);
  });

  it('does not name who fails now and then over days and gets in far more often', () => {
    const watched = new Watched();
    for (let i = 0; i < 400; i++) watched.login(i * 10 * MINUTE, '10.0.0.5', `user${i % 9}`, i % 12 === 0);
    expect(watched.said).toEqual([]);
  });

  it('takes three statements about one failed login for one', () => {
    const watched = new Watched();
    for (let i = 0; i < 4; i++)
      for (const template of [5, 6, 7]) watched.login(i * SECOND, '10.0.0.5', 'anna', true, 1, true, template);
    expect(watched.said).toEqual([]);
  });

  it('tells credential stuffing by its many accounts', () => {
    const watched = new Watched();
    for (let i = 0; i < 40; i++) watched.login(i * SECOND, '203.0.113.8', `user${i}`, true);
    expect(watched.said.map(({ kind, actor, technique }) => [kind, actor, technique.id])).toEqual([
      ['credential_stuffing', '203.0.113.8', 'T1110.004'],
    ]);
  });

  it('names the account where many addresses try it, or none is known', () => {
    const many = new Watched();
    for (let i = 0; i < 60; i++) many.login(i * SECOND, `203.0.${i}.9`, 'root', true);
    const none = new Watched();
    for (let i = 0; i < 60; i++) none.login(i * SECOND, '', 'root', true);
    for (const { said } of [many, none])
      expect(said.map(({ kind, actor, isAccount }) => [kind, actor, isAccount])).toEqual([
        ['brute_force', 'root', true],
      ]);
  });

  it('takes repeated messages for as many tries', () => {
    const watched = new Watched();
    watched.login(0, '203.0.113.7', 'root', true);
    watched.login(SECOND, '203.0.113.7', 'root', true, 20);
    expect(watched.said).toHaveLength(1);
  });

  it('knows that behind a gateway many log in, and some of them fail', () => {
    const watched = new Watched();
    for (let i = 0; i < 3000; i++) watched.login(i * SECOND, '10.0.0.1', `user${i % 400}`, i % 5 === 0);
    expect(watched.said).toEqual([]);
  });

  it('tells attacks on logins from honest users, harder ones more clearly', () => {
    const strongest = (tries: (watched: Watched, i: number) => void): number[] =>
      Array.from({ length: 60 }, (_, i) => {
        const watched = new Watched();
        tries(watched, i);
        return watched.watch.finding?.magnitude ?? 0;
      });
    const attacks = strongest((watched, i) => {
      for (let k = 0; k < 6 + i; k++) watched.login(k * SECOND, '203.0.113.7', 'root', true);
    });
    const honest = strongest((watched, i) => {
      for (let k = 0; k < i % 4; k++) watched.login(k * SECOND, '10.0.0.7', 'anna', true);
      watched.login(10 * SECOND, '10.0.0.7', 'anna', false);
    });
    expect(areaUnderCurve(attacks, honest)).toBeGreaterThan(0.95);
  });

  it('names an address that looks for what is not there', () => {
    const watched = new Watched();
    ordinaryHour(watched);
    for (let i = 0; i < 200; i++) watched.request(3600_000 + i * 100, '203.0.113.9', `/backup${i}.zip`, 404);
    expect(watched.said.map(({ kind, actor, technique }) => [kind, actor, technique.id])).toEqual([
      ['request_burst', '203.0.113.9', 'T1595.003'],
    ]);
  });

  it('does not take one broken picture that is asked for again and again for a scan', () => {
    const watched = new Watched();
    for (let i = 0; i < 100; i++) watched.request(i * 5 * SECOND, '10.0.0.9', '/favicon.ico', 404);
    expect(watched.said).toEqual([]);
  });

  it('names an address that asks far more than others do', () => {
    const watched = new Watched();
    for (let period = 0; period < 30; period++)
      for (let i = 0; i < 60; i++)
        watched.request(period * 10 * MINUTE + i * SECOND, `10.0.0.${i % 12}`, `/p${i}`, 200);
    expect(watched.said).toEqual([]);
    for (let i = 0; i < 5000; i++) watched.request(300 * MINUTE + i * 50, '203.0.113.10', '/p1', 200);
    expect(watched.said.map(({ kind, actor, technique }) => [kind, actor, technique.id])).toEqual([
      ['request_burst', '203.0.113.10', 'T1499.002'],
    ]);
  });

  it('names who injects, once, whatever else the address does', () => {
    const watched = new Watched();
    ordinaryHour(watched);
    for (let i = 0; i < 50; i++) {
      watched.request(3600_000 + i * SECOND, '203.0.113.11', `/q?s=${i}%27or+1=1`, 200, 'sql_injection');
      watched.request(3600_000 + i * SECOND, '203.0.113.11', `/nothing${i}`, 404);
    }
    expect(watched.said.map(({ kind, actor }) => [kind, actor])).toEqual([['sql_injection', '203.0.113.11']]);
    expect(watched.said[0].actual).toBeLessThanOrEqual(3);
  });

  it('follows a bounded number of addresses, and those that do little cost nothing', () => {
    const watched = new Watched();
    for (let i = 0; i < 20_000; i++) watched.login(i, `10.${i % 250}.${Math.floor(i / 250)}.1`, `u${i}`, true);
    const to = new StateWriter();
    watched.watch.save(to);
    expect(to.finish().length).toBeLessThan(700_000);
    expect(watched.said).toEqual([]);
  });

  it('judges a record that comes again by what is known, and changes nothing', () => {
    const watched = new Watched();
    for (let i = 0; i < 20; i++) watched.login(i * SECOND, '203.0.113.7', 'root', true);
    const state = (): Uint8Array => {
      const to = new StateWriter();
      watched.watch.save(to);
      return to.finish();
    };
    const before = state();
    const again = watched.login(19 * SECOND, '203.0.113.7', 'root', true, 1, false);
    expect(again).toMatchObject({ kind: 'brute_force', margin: 0 });
    expect(state()).toEqual(before);
  });

  it('continues from its saved state with the same findings', () => {
    const watched = new Watched();
    ordinaryHour(watched);
    for (let i = 0; i < 4; i++) watched.login(3600_000 + i * SECOND, '203.0.113.7', 'root', true);
    const to = new StateWriter();
    watched.watch.save(to);
    const loaded = new SecurityWatch(1);
    loaded.load(new StateReader(to.finish()));
    const said = [watched.watch, loaded].map((watch) => {
      const next = new Watched(watch);
      for (let i = 4; i < 40; i++) {
        next.login(3600_000 + i * SECOND, '203.0.113.7', 'root', true);
        next.request(3600_000 + i * SECOND, '203.0.113.12', `/x${i}`, 404);
      }
      return next.said;
    });
    expect(said[0]).toHaveLength(2);
    expect(said[1]).toEqual(said[0]);
  });
});
