/**
 * The backend as a command: `node scoring-backend/src/main.ts [flags]`; reads the configuration, starts,
 * reads it again on SIGHUP and when its file changes, stops on SIGTERM and SIGINT.
 */
import { fail, say, stopSignal } from '@seismo/otel-processor/command-process';
import { readCommandLine } from '@seismo/otel-processor/config-sources';
import { onConfigChange } from '@seismo/otel-processor/config-watch';
import { ConfigError, StartError } from '@seismo/otel-processor/errors';
import { BACKEND_CONFIG_FIELDS, backendConfig } from './config.ts';
import type { BackendConfig } from './config.ts';
import { configAsYaml, helpText } from './config-show.ts';
import { SeismoError } from './errors.ts';

/** Of the command, before what it says of problems. */
const NAME = 'scoring-backend';

interface Running {
  reload(read: () => BackendConfig): unknown;
  close(): Promise<void>;
}

/** Runs until a signal has stopped it. @returns the exit code: 0, 1 could not start, 2 wrong configuration */
export async function runCommand(
  argv: readonly string[],
  start: (config: BackendConfig) => Promise<Running>,
): Promise<number> {
  try {
    const commandLine = readCommandLine(argv, process.env, BACKEND_CONFIG_FIELDS);
    if (commandLine.help) return say(helpText());
    const config = backendConfig(commandLine.settings);
    if (commandLine.printConfig) return say(configAsYaml(config));
    if (commandLine.validate) return say('the configuration is valid\n');
    const stop = stopSignal();
    const running = await start(config);
    const read = (): BackendConfig => backendConfig(readCommandLine(argv, process.env, BACKEND_CONFIG_FIELDS).settings);
    const unwatch = onConfigChange(commandLine.file, config.tls.reloadMs, () => running.reload(read));
    await stop;
    unwatch();
    await running.close();
    return 0;
  } catch (error) {
    if (error instanceof ConfigError) return fail(NAME, 2, error.problems);
    if (error instanceof SeismoError || error instanceof StartError) return fail(NAME, 1, [error.message]);
    throw error;
  }
}
