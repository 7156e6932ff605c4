/**
 * Detection on labelled logs, by the protocols of `seismo evaluate`: one configuration for all sets, thresholds fixed
 * before the data is seen. A floor below its goal says that the goal is not reached yet (floors.ts).
 */
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../otel-processor/test/needs.ts';
import { PROTOCOLS } from '../../src/evaluate/protocols/all-protocols.ts';
import type { Outcome } from '../../src/evaluate/protocols/protocol.ts';
import { FLOORS, UNPROMISED } from './floors.ts';

const UNWATCHED = { reading: () => undefined, lines: () => undefined };

const PROMISED = PROTOCOLS.filter(({ name }) => !UNPROMISED.includes(name));

async function factsOf(name: string): Promise<Outcome['facts']> {
  const outcome = await PROTOCOLS.find((one) => one.name === name)?.run(referenceData as string, UNWATCHED);
  return outcome?.facts ?? {};
}

describe('Detection on labelled logs', () => {
  it.for(PROMISED)('reaches its floors on $name', { timeout: 300_000 }, async ({ name, run }, context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const { facts } = await run(referenceData as string, UNWATCHED);
    const floors = FLOORS.filter((floor) => floor.protocol === name);
    expect(floors.length).toBeGreaterThan(0);
    for (const { fact, floor, most } of floors) {
      const reached = Number(facts[fact]);
      if (most === true) expect(reached, fact).toBeLessThanOrEqual(floor);
      else expect(reached, fact).toBeGreaterThanOrEqual(floor);
    }
  });

  it('ranks the service with an injected fault better than new templates, records or chance do', async (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const facts = await factsOf('nezha');
    expect(facts.faults).toBe(28);
    for (const top of ['AS@1', 'AS@3', 'AS@5'])
      for (const other of ['newTemplates', 'records', 'chance'])
        expect(Number(facts[top]), `${top}, ${other}`).toBeGreaterThan(Number(facts[`${other} ${top}`]));
  }, 120_000);

  it('groups lines of sixteen systems and of a whole log as their labels do', async (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const { systems, ga, gaAtArrival, pa } = await factsOf('loghub-2k');
    expect(systems).toBe(16);
    expect(Math.min(Number(ga), Number(gaAtArrival))).toBeGreaterThanOrEqual(0.92);
    expect(Number(pa)).toBeGreaterThan(0.3);
    expect(await factsOf('apache-full')).toMatchObject({ gaAtArrival: 1, ga: 1, fga: 1 });
  }, 120_000);
});
