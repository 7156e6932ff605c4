/** The secret from which the keys of the action `hash` are made, as the configuration gives it. */
import { readFileSync } from 'node:fs';
import type { RedactConfig } from '../config-redact.ts';
import { StartError } from '../errors.ts';

/** Undefined: there is none. @throws StartError when its file cannot be read or is empty */
export function hashKeyOf({ hashKey, hashKeyFile }: Pick<RedactConfig, 'hashKey' | 'hashKeyFile'>): Buffer | undefined {
  if (hashKeyFile === undefined) return hashKey === undefined ? undefined : Buffer.from(hashKey);
  let key: string;
  try {
    key = readFileSync(hashKeyFile, 'utf8').trim();
  } catch (cause) {
    throw new StartError(`redact.hashKeyFile ${hashKeyFile} cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (key === '') throw new StartError(`redact.hashKeyFile ${hashKeyFile} is empty`);
  return Buffer.from(key);
}
