import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { SlotModel } from './slot-model.ts';
import { TemplateSlots } from './template-slots.ts';

const encoder = new TextEncoder();

function slotsBytes(slots: { save(to: StateWriter): void }): string {
  const state = new StateWriter();
  slots.save(state);
  return Buffer.from(state.finish()).toString('hex');
}

/** Numbers, words, empty and long values, as messages have them. */
const value = fc.oneof(
  fc.nat({ max: 5_000 }).map(String),
  fc.constantFrom('open', 'closed', 'GET', '-', ''),
  fc.string({ maxLength: 20 }),
  fc.string({ minLength: 200, maxLength: 400 }),
);

it('makes the models of kept values that it would have made value by value, however much room for texts there is', () => {
  const records = fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(records, fc.nat({ max: 3 }), fc.nat({ max: 60 }), (all, texts, saveAt) => {
      let slots = new TemplateSlots('a <*> b <*> c <*>', 3);
      const models = Array.from({ length: 3 }, () => new SlotModel());
      let left = texts;
      let leftOfModels = texts;
      all.forEach((values, n) => {
        const parts = values.map((text) => encoder.encode(text));
        const bytes = Buffer.concat(parts);
        const ends = Int32Array.from(parts, (_, s) =>
          parts.slice(0, s + 1).reduce((sum, part) => sum + part.length, 0),
        );
        const starts = Int32Array.from(parts, (part, s) => ends[s] - part.length);
        left -= slots.learn(bytes, starts, ends, -1, left);
        models.forEach((model, s) => {
          const before = model.hasStrings;
          model.learn(bytes, starts[s], ends[s], false, leftOfModels > 0);
          if (model.hasStrings && !before) leftOfModels--;
        });
        expect(left).toBe(leftOfModels);
        expect(slots.texts).toBe(texts - left);
        if (n !== saveAt) return;
        const state = new StateWriter();
        slots.save(state);
        slots = TemplateSlots.load(new StateReader(state.finish()));
      });
      if (all.length >= 30) expect(slots.models).toHaveLength(3);
      // The rest of thirty: then there are models, whatever the values were.
      for (let n = all.length; n < 30; n++) {
        slots.learn(encoder.encode('7'), new Int32Array(3), Int32Array.of(1, 1, 1), -1, left);
        for (const model of models) model.learn(encoder.encode('7'), 0, 1, false, leftOfModels > 0);
      }
      expect(slots.models.map(slotsBytes)).toEqual(models.map(slotsBytes));
    }),
    { seed: 5, numRuns: 150 },
  );
});
