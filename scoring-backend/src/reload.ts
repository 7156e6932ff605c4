/** Reading the configuration again while the backend runs: what may change now does, together or not at all. */
import { changesBetween } from '@seismo/otel-processor/config-reload';
import type { PendingChange, Reloaded } from '@seismo/otel-processor/config-reload';
import { ConfigError } from '@seismo/otel-processor/errors';
import { BACKEND_CONFIG_FIELDS } from './config.ts';
import type { BackendConfig } from './config.ts';
import { messageOf } from './errors.ts';
import type { Logger } from './telemetry.ts';

/** A part of the backend that a changed configuration reaches. */
interface Reloadable {
  /** @throws when it cannot be: what was there before stays */
  reload(config: BackendConfig): PendingChange;
}

/**
 * The log says what changed and what needs a restart. When the configuration is wrong all stays as it was.
 * @param started what is in force
 */
export function reloading(
  started: BackendConfig,
  parts: readonly Reloadable[],
  log: Logger,
): (read: () => BackendConfig) => Reloaded {
  let running = started;
  return (read) => {
    const pending: PendingChange[] = [];
    try {
      const { config, now, afterRestart } = changesBetween(running, read(), BACKEND_CONFIG_FIELDS);
      for (const part of parts) pending.push(part.reload(config));
      for (const change of pending) change.commit();
      log.info(
        { event: 'config.reloaded', changed: now, needRestart: afterRestart },
        'the configuration was read again',
      );
      log.level = config.logLevel;
      running = config;
      return { now, afterRestart, problems: [] };
    } catch (error) {
      for (const change of pending) change.discard();
      const problems = error instanceof ConfigError ? error.problems : [messageOf(error)];
      log.error({ event: 'config.reload.failed', problems }, 'the configuration is wrong: what was there before stays');
      return { now: [], afterRestart: [], problems };
    }
  };
}
