/**
 * The processor as a command: `node otel-processor/src/main.ts [flags]`; reads the configuration, starts, reads it again on
 * SIGHUP and when its file changes, stops on SIGTERM and SIGINT.
 */
import { fail, say, stopSignal } from './command-process.ts';
import { CONFIG_FIELDS, parseConfig } from './config.ts';
import type { ProcessorConfig } from './config.ts';
import { configAsYaml, helpText } from './config-show.ts';
import { readCommandLine } from './config-sources.ts';
import { onConfigChange } from './config-watch.ts';
import { ConfigError, StartError } from './errors.ts';
import type { Scorer } from './forward/scorer.ts';
import { startTelemetryExport } from './telemetry-export.ts';
import { createLogger } from './telemetry.ts';
import type { Logger } from './telemetry.ts';

/** Of the command, before what it says of problems. */
const NAME = 'otel-processor';

interface Running {
  reload(read: () => ProcessorConfig): unknown;
  close(): Promise<void>;
}

/** Runs until a signal has stopped it. @returns the exit code: 0, 1 could not start, 2 wrong configuration */
export async function runCommand(
  argv: readonly string[],
  start: (config: ProcessorConfig, scorer: Scorer | undefined, log: Logger) => Promise<Running>,
): Promise<number> {
  try {
    const commandLine = readCommandLine(argv, process.env, CONFIG_FIELDS);
    if (commandLine.help) return say(helpText());
    const config = parseConfig(commandLine.settings);
    if (commandLine.printConfig) return say(configAsYaml(config));
    if (commandLine.validate) return say('the configuration is valid\n');
    // Listened for from the beginning: a signal during the start must not kill what has just begun to take logs.
    const stop = stopSignal();
    let running: Running | undefined = undefined;
    let changedMeanwhile = false;
    const read = (): ProcessorConfig => parseConfig(readCommandLine(argv, process.env, CONFIG_FIELDS).settings);
    const unwatch = onConfigChange(commandLine.file, config.tls.reloadMs, () => {
      if (running === undefined) changedMeanwhile = true;
      else running.reload(read);
    });
    const log = createLogger(config.logLevel);
    const telemetryExport = await startTelemetryExport('otel-processor', log);
    running = await start(config, undefined, log);
    if (changedMeanwhile) running.reload(read);
    await stop;
    unwatch();
    log.info({ event: 'processor.stopping' }, 'finishing what is in work');
    await running.close();
    await telemetryExport.close();
    return 0;
  } catch (error) {
    if (error instanceof ConfigError) return fail(NAME, 2, error.problems);
    if (error instanceof StartError) return fail(NAME, 1, [error.message]);
    throw error;
  }
}
