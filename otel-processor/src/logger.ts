/** Log lines of a service of ours: JSON on standard error, each with a stable `event` name. */
import pino from 'pino';
import type { Logger } from 'pino';

export type { Logger } from 'pino';

/** @param service the name on each line */
export function serviceLogger(service: string, level: string): Logger {
  return pino({ level, base: { service } }, pino.destination({ fd: 2, sync: true }));
}
