import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALL, NOTHING, STREAM, StoreFolder, checkpoint, template, window } from '../../test/store-rows.ts';
import type { WindowContents, WindowVerdict } from '../engine/outputs.ts';
import type { Store } from './store.ts';

const stores = new StoreFolder();
beforeEach(() => stores.begin());
afterEach(() => stores.end());

const CONTENTS: WindowContents = {
  templates: [
    { id: '00000000000000bb', count: 3, expected: null },
    { id: '00000000000000cc', count: 0, expected: 12.5 },
  ],
  ...{ otherTemplates: 2, otherRecords: 9, logVector: [0.6, -0.8] },
};

function told(changes: Partial<WindowVerdict> = {}): WindowVerdict {
  return window({ contents: CONTENTS, ...changes });
}

async function starts(store: Store): Promise<number[]> {
  return (await store.contents({ ...ALL, sizeMs: 60_000 })).map(({ startMs }) => startMs);
}

describe('what windows held', () => {
  it('is given back as it was, latest window first, to its own tenant', async () => {
    const store = await stores.open();
    const windows = [told({ startMs: 60_000 }), told({ startMs: 120_000 }), window({ startMs: 180_000 })];
    store.write({ ...NOTHING, windows });
    await store.flushed();
    expect(await store.contents({ ...ALL, sizeMs: 60_000 })).toEqual([
      { ...CONTENTS, stream: STREAM, startMs: 120_000 },
      { ...CONTENTS, stream: STREAM, startMs: 60_000 },
    ]);
    expect(await store.contents({ ...ALL, sizeMs: 300_000 })).toEqual([]);
    expect(await store.contents({ ...ALL, sizeMs: 60_000, tenant: 'other' })).toEqual([]);
    expect(await store.contents({ ...ALL, sizeMs: 60_000, services: ['none'] })).toEqual([]);
  });

  it('is replaced by that of a complete window, never by that of an incomplete one', async () => {
    const store = await stores.open();
    const others = async (): Promise<number[]> =>
      (await store.contents({ ...ALL, sizeMs: 60_000 })).map(({ otherRecords }) => otherRecords);
    for (const [otherRecords, incomplete] of [
      [1, true],
      [2, false],
      [3, true],
    ] as const)
      store.write({ ...NOTHING, windows: [told({ incomplete, contents: { ...CONTENTS, otherRecords } })] });
    await store.flushed();
    expect(await others()).toEqual([2]);
  });

  it('goes after the time of the shortest windows where there was nothing to tell, and later where there was', async () => {
    const first = await stores.open();
    const calm = { reasons: [], isAnomaly: false };
    first.write({ ...NOTHING, windows: [told({ startMs: 1 }), told({ startMs: 2, ...calm })] });
    await first.flushed();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await stores.reopen(first, { keepWindows30sMs: 1 });
    await expect.poll(() => starts(second)).toEqual([1]);
    const third = await stores.reopen(second, { keepWindows5mMs: 1 });
    await expect.poll(() => starts(third)).toEqual([]);
  });

  it('finds the texts of its templates in the catalogue of the stream', async () => {
    const store = await stores.open();
    await store.save(checkpoint(), [{ stream: STREAM, rows: [template()] }]);
    const ids = CONTENTS.templates.map(({ id }) => id);
    expect(await store.templateTexts(STREAM, ids)).toEqual(new Map([['00000000000000bb', 'a <*>']]));
    expect(await store.templateTexts({ ...STREAM, service: 'pay' }, ids)).toEqual(new Map());
  });
});
