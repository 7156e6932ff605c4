import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineBlocks, MAX_LINE_BYTES } from './file-lines.ts';

async function* pieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes.length === 0 ? bytes.length : sizes[i % sizes.length];
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function linesOf(bytes: Uint8Array, sizes: readonly number[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const block of lineBlocks(pieces(bytes, sizes))) {
    expect(block.firstLine).toBe(lines.length + 1);
    for (let i = 0; i < block.lines; i++)
      lines.push(Buffer.from(block.bytes.subarray(block.start[i], block.end[i])).toString());
  }
  return lines;
}

describe('lineBlocks', () => {
  it('finds the same lines however the bytes are cut', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'é', ' ', '\r', '"'), maxLength: 12 });
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        sizes,
        async (lines, end, last, cut) => {
          const text = lines.join(end) + (last && lines.length > 0 ? end : '');
          const expected = text.split('\n').map((each) => each.replace(/\r$/, ''));
          if (text === '' || text.endsWith('\n')) expected.pop();
          expect(await linesOf(Buffer.from(text), cut)).toEqual(expected);
        },
      ),
    );
  });

  it('keeps the beginning of a line that is too long, and finds the next one', async () => {
    const bytes = Buffer.concat([Buffer.alloc(3 * MAX_LINE_BYTES + 7, 'x'), Buffer.from('\nnext\n')]);
    const lines = await linesOf(bytes, [262_144]);
    expect(lines.map(({ length }) => length)).toEqual([MAX_LINE_BYTES, 4]);
    expect(lines[1]).toBe('next');
  });

  it('numbers lines through many blocks', async () => {
    const text = Array.from({ length: 20_000 }, (_, i) => `line ${i + 1}`).join('\n');
    const lines = await linesOf(Buffer.from(text), [100_000]);
    expect(lines[8_191]).toBe('line 8192');
    expect(lines[8_192]).toBe('line 8193');
    expect(lines.length).toBe(20_000);
  });
});
