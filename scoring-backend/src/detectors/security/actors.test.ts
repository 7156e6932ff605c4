import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { ATTACK_BITS, type Actor } from './actor.ts';
import { Actors, hashName, nameHash } from './actors.ts';
import { DistinctBits } from './distinct-bits.ts';
import type { SecurityFinding } from './finding.ts';
import { TECHNIQUES } from './technique.ts';

const MOST = 8;
const PERIOD_MS = 1_000;
const SAID: SecurityFinding = {
  ...{
    kind: 'brute_force',
    technique: TECHNIQUES.brute_force,
    actor: 'alice',
    isAccount: true,
    magnitude: 5,
    margin: 0,
  },
  ...{ expected: 1, actual: 20, periodMs: PERIOD_MS },
};

interface Step {
  readonly name: string;
  readonly what: 'fail' | 'attack' | 'say' | 'succeed' | 'renew';
  readonly template: number;
  readonly other: number;
}

const steps = fc.array(
  fc.record<Step>({
    name: fc.oneof(
      fc.constantFrom('root', '203.0.113.7', 'zoë', 'a'.repeat(100)),
      fc.integer({ min: 0, max: 20 }).map(String),
    ),
    what: fc.constantFrom('fail', 'attack', 'say', 'succeed', 'renew'),
    template: fc.integer({ min: 0, max: 6 }),
    other: fc.integer({ min: -3, max: 3 }),
  }),
  { maxLength: 60 },
);

/** Does the steps, 100 ms apart, sweeping now and then; the names in order. */
function act(actors: Actors, list: readonly Step[], fromMs: number): void {
  list.forEach(({ name, what, template, other }, i) => {
    const timeMs = fromMs + 100 * i;
    if (i % 17 === 16) actors.sweep(timeMs);
    const actor = find(actors, name) ?? follow(actors, name, timeMs);
    if (what === 'fail') actor.fail(template, 1, other);
    else if (what === 'attack') (actor.attackTexts ??= new DistinctBits(ATTACK_BITS)).add(other);
    else if (what === 'succeed') actor.succeeded++;
    else if (what === 'renew') actor.renew(timeMs);
    else {
      actor.said = { ...SAID, actor: name };
      actor.spokenUntilMs = timeMs + 2 * PERIOD_MS;
    }
  });
}

function find(actors: Actors, name: string): Actor | undefined {
  const bytes = new TextEncoder().encode(name);
  hashName(bytes, 0, bytes.length);
  return actors.known(nameHash.high, nameHash.low);
}

function follow(actors: Actors, name: string, timeMs: number): Actor {
  const bytes = new TextEncoder().encode(name);
  hashName(bytes, 0, bytes.length);
  return actors.add(nameHash.high, nameHash.low, bytes, 0, bytes.length, timeMs);
}

function shown(actors: Actors): unknown[] {
  return [...actors.sweep(-1)].map((actor) => {
    const { name, hash, said, spokenUntilMs, succeeded, failed, others, attackTexts } = actor;
    return {
      name,
      hash,
      said,
      spokenUntilMs,
      succeeded,
      failed,
      others,
      attackTexts,
      over: actor.isOver(3_000, PERIOD_MS),
    };
  });
}

function saved(actors: Actors): Uint8Array {
  const to = new StateWriter();
  actors.save(to);
  return to.finish();
}

describe('the actors that are followed', () => {
  it('are after a restore who they were, and go on in the same way, whoever came and went', () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const actors = new Actors(MOST, PERIOD_MS);
        act(actors, before, 0);
        const restored = new Actors(MOST, PERIOD_MS);
        restored.load(new StateReader(saved(actors)));
        expect(shown(restored)).toEqual(shown(actors));
        for (const each of [actors, restored]) act(each, after, 6_000);
        expect(shown(restored)).toEqual(shown(actors));
        expect(Buffer.compare(saved(restored), saved(actors))).toBe(0);
      }),
    );
  });

  it('start from nothing in the place of somebody who was let go of', () => {
    const actors = new Actors(1, PERIOD_MS);
    const first = follow(actors, 'a-long-account-name', 0);
    first.fail(3, 9, 7);
    first.requests = 4;
    const second = follow(actors, 'bob', 5);
    expect(actors.evicted).toBe(1);
    expect(second).toMatchObject({
      name: 'bob',
      failed: 0,
      requests: 0,
      others: 0,
      spokenUntilMs: -1,
      said: undefined,
    });
  });
});
