/**
 * Detection on labelled logs, by the protocols of `seismo evaluate`: one configuration for all sets, thresholds fixed
 * before the data is seen. A floor below its goal says that the goal is not reached yet (floors.ts).
 */
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../otel-processor/test/needs.ts';
import { PROTOCOLS } from '../../src/evaluate/protocols/all-protocols.ts';
import { FLOORS } from './floors.ts';

const UNWATCHED = { reading: () => undefined, lines: () => undefined };

describe('Detection on labelled logs', () => {
  it.for(PROTOCOLS)('reaches its floors on $name', { timeout: 300_000 }, async ({ name, run }, context) => {
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
});
