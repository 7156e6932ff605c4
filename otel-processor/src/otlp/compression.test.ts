import { deflateSync, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compress, decompress } from './compression.ts';
import { MalformedRequest, RequestTooLarge, UnsupportedEncoding } from './request-errors.ts';

const LIMIT = 4 << 20;
const lines = (bytes: number): Buffer => {
  let text = '';
  for (let i = 0; text.length < bytes; i++) text += `request ${(i * 7919) % 10_007} took ${i % 97} ms\n`;
  return Buffer.from(text.slice(0, bytes));
};
const PACKERS = { gzip: gzipSync, zstd: zstdCompressSync, deflate: deflateSync } as const;

describe('decompress', () => {
  for (const [encoding, pack] of Object.entries(PACKERS))
    for (const bytes of [0, 1, 2_000, 100_000, LIMIT])
      it(`gives back ${bytes} bytes packed with ${encoding}`, async () => {
        const plain = lines(bytes);
        expect(Buffer.from(await decompress(pack(plain), encoding, LIMIT)).equals(plain)).toBe(true);
      });

  it('passes identity and no encoding as they are', async () => {
    const plain = lines(100);
    expect(await decompress(plain, '', LIMIT)).toBe(plain);
    expect(await decompress(plain, 'identity', LIMIT)).toBe(plain);
  });

  it('reads the encoding without regard to case', async () => {
    expect(await decompress(gzipSync('x'), 'GZIP', LIMIT)).toEqual(Buffer.from('x'));
  });

  it('reads a gzip body of several members', async () => {
    expect(await decompress(Buffer.concat([gzipSync('a'), gzipSync('b')]), 'gzip', LIMIT)).toEqual(Buffer.from('ab'));
  });

  for (const encoding of ['br', 'gzip, gzip', 'snappy'])
    it(`refuses the encoding ${encoding} by name`, async () => {
      await expect(decompress(lines(10), encoding, LIMIT)).rejects.toThrow(UnsupportedEncoding);
      await expect(decompress(lines(10), encoding, LIMIT)).rejects.toThrow(`"${encoding}"`);
    });

  for (const [encoding, pack] of Object.entries(PACKERS)) {
    it(`calls a truncated ${encoding} body malformed, wherever it ends`, async () => {
      for (const size of [300, 100_000]) {
        const packed = pack(lines(size));
        for (const cut of [1, 4, 12, packed.length - 3, packed.length])
          await expect(decompress(packed.subarray(0, packed.length - cut), encoding, LIMIT)).rejects.toThrow(
            MalformedRequest,
          );
      }
    });

    it(`calls what is no ${encoding} malformed`, async () => {
      await expect(decompress(Buffer.from('not packed at all'), encoding, LIMIT)).rejects.toThrow(MalformedRequest);
    });

    it(`stops a ${encoding} bomb at the limit`, async () => {
      const small = pack(Buffer.alloc(LIMIT + 1));
      const large = pack(Buffer.alloc(64 << 20));
      await expect(decompress(small, encoding, LIMIT)).rejects.toThrow(RequestTooLarge);
      await expect(decompress(large, encoding, LIMIT)).rejects.toThrow(`at most ${LIMIT} bytes`);
    });

    it(`holds a limit below the size that is unpacked at once for ${encoding}`, async () => {
      await expect(decompress(pack(lines(1001)), encoding, 1000)).rejects.toThrow(RequestTooLarge);
      expect((await decompress(pack(lines(1000)), encoding, 1000)).length).toBe(1000);
    });
  }

  it('does not believe a false size: memory follows what really comes out', async () => {
    const packed = gzipSync(lines(50));
    packed.writeUInt32LE(0xfffffff0, packed.length - 4);
    const before = process.memoryUsage().arrayBuffers;
    await expect(decompress(packed, 'gzip', 1 << 30)).rejects.toThrow(MalformedRequest);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
  });

  it('applies the limit to bodies that are not packed', async () => {
    await expect(decompress(lines(11), 'identity', 10)).rejects.toThrow(RequestTooLarge);
  });
});

describe('compress', () => {
  it('makes what other implementations read', async () => {
    const plain = lines(5000);
    expect(gunzipSync(await compress(plain, 'gzip'))).toEqual(plain);
    expect(zstdDecompressSync(await compress(plain, 'zstd'))).toEqual(plain);
    expect(await compress(plain, 'none')).toBe(plain);
  });
});
