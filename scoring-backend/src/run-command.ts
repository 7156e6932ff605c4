/** The backend as a command: `node scoring-backend/src/main.ts [flags]`; reads the configuration, starts, stops on signals. */
import { stringify } from 'yaml';
import { readCommandLine } from '@seismo/otel-processor/config-sources';
import { ConfigError } from '@seismo/otel-processor/errors';
import { BACKEND_CONFIG_FIELDS, backendConfig } from './config.ts';
import type { BackendConfig } from './config.ts';
import { helpText } from './config-show.ts';
import { SeismoError } from './errors.ts';

/** Runs until a signal has stopped it. @returns the exit code: 0, 1 could not start, 2 wrong configuration */
export async function runCommand(
  argv: readonly string[],
  start: (config: BackendConfig) => Promise<{ close(): Promise<void> }>,
): Promise<number> {
  try {
    const commandLine = readCommandLine(argv, process.env, BACKEND_CONFIG_FIELDS);
    if (commandLine.help) return say(helpText());
    const config = backendConfig(commandLine.settings);
    if (commandLine.printConfig) return say(stringify(config, { lineWidth: 0 }));
    if (commandLine.validate) return say('the configuration is valid\n');
    const running = await start(config);
    await stopSignal();
    await running.close();
    return 0;
  } catch (error) {
    if (error instanceof ConfigError) return fail(2, error.problems);
    if (error instanceof SeismoError) return fail(1, [error.message]);
    throw error;
  }
}

/** Waits for SIGTERM or SIGINT. A second one ends the process at once, as if nobody listened. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

function fail(code: number, problems: readonly string[]): number {
  for (const problem of problems) process.stderr.write(`scoring-backend: ${problem}\n`);
  return code;
}
