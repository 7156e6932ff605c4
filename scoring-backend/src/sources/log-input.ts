/** Opens log files and standard input, plain or gzip by their first bytes, not by their names. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

const CHUNK_BYTES = 262_144;

/** An input that cannot be read; the message names it and says why. */
export class UnreadableInput extends Error {
  override readonly name = 'UnreadableInput';
}

export interface LogInput {
  /** As it was given; `-` is standard input. */
  readonly path: string;
  /** Service name for lines that name none: the file's name without its log and compression endings. */
  readonly service: string;
  /** Bytes as stored, for a progress bar; `undefined` when not known. */
  readonly size: number | undefined;
  /** When it was last changed, in ms since the epoch: the year of lines that give none. */
  readonly modifiedMs: number;
  /** Bytes as stored that were read so far. */
  readonly bytesRead: () => number;
  /** The unpacked bytes. Iterating throws UnreadableInput, also in the middle. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * @param path a file, or `-` for standard input
 * @throws UnreadableInput when there is no such file, or it is a folder
 */
export async function openLogInput(path: string): Promise<LogInput> {
  if (path === '-') return input(path, process.stdin, 'stdin', undefined, Date.now());
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'no such file' : error.message;
    throw new UnreadableInput(`cannot read ${path}: ${why}`, { cause: error });
  });
  if (stats.isDirectory()) throw new UnreadableInput(`cannot read ${path}: it is a folder; name the files in it`);
  const stream = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  return input(path, stream, serviceOf(path), stats.isFile() ? stats.size : undefined, stats.mtimeMs);
}

function input(
  path: string,
  stream: Readable,
  service: string,
  size: number | undefined,
  modifiedMs: number,
): LogInput {
  let read = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream) {
      read += (chunk as Uint8Array).length;
      yield chunk as Uint8Array;
    }
  };
  return { path, service, size, modifiedMs, bytesRead: () => read, chunks: readable(path, unpacked(counted())) };
}

/** `app.log.gz` → `app`. */
function serviceOf(path: string): string {
  const name = basename(path)
    .replace(/\.gz$/i, '')
    .replace(/\.(log|txt|json|jsonl|ndjson)$/i, '');
  return name === '' ? basename(path) : name;
}

async function* unpacked(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  // A pipe may give one byte at a time; two are needed to know.
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 2) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield head;
    yield* chunks;
  };
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* whole();
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  pipeline(Readable.from(whole()), gunzip, () => {});
  yield* gunzip as AsyncIterable<Uint8Array>;
}

async function* readable(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'Z_BUF_ERROR' ? 'the gzip data ends too early' : message;
    throw new UnreadableInput(`cannot read ${path === '-' ? 'standard input' : path}: ${why}`, { cause });
  }
}
