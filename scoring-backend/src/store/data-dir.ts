/** The folder of the embedded store, held by one backend at a time. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, SeismoError } from '../errors.ts';

export interface DataDir {
  /** The database file. */
  readonly file: string;
  /** Lets another backend have the folder. */
  release(): void;
}

/**
 * Makes the folder where it is not there, and locks it. The lock is an exclusive transaction in a file of its own: the
 * system ends it with the process, however that dies, and it never stands in the way of readers of the store.
 * @throws SeismoError DATA_DIR_IN_USE, STORE_UNAVAILABLE
 */
export function holdDataDir(folder: string): DataDir {
  const path = resolve(folder);
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(path, { recursive: true });
    lock = new DatabaseSync(join(path, 'lock.db'), { timeout: 0 });
    lock.exec('begin exclusive');
  } catch (cause) {
    lock?.close();
    if ((cause as { errcode?: number }).errcode === SQLITE_BUSY)
      throw new SeismoError('DATA_DIR_IN_USE', `another backend uses the data directory ${path}; give each its own`, {
        cause,
      });
    throw new SeismoError('STORE_UNAVAILABLE', `cannot use the data directory ${path}: ${messageOf(cause)}`, { cause });
  }
  const held = lock;
  return { file: join(path, 'seismo.db'), release: () => held.close() };
}

const SQLITE_BUSY = 5;
