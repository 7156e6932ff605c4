/** `seismo start`: processor and backend in one process, and, unless told otherwise, the demo shop in front of them. */
import { Command, Option } from 'commander';
import { FAULTS } from '../demo/faults.ts';
import { EXIT } from './exit-codes.ts';
import { port, seconds } from './flag-values.ts';
import type { StartOptions } from './start-options.ts';
import type { Terminal } from './terminal.ts';

const DEFAULT_CALM_SECONDS = 90;

const EXAMPLES = `
With the demo the data directory is a new one under the system's temporary folder, removed at the end (--data-dir keeps
one), and ports that are taken are replaced by free ones. Left running it shows one fault after the other.
Settings come from defaults, a file, the environment and flags, each over the one before. The file (--config or
SEISMO_CONFIG) is YAML with the sections "processor" and "backend"; variables (.env.example lists them) and further flags,
such as --engine-budget-per-week 2, are those of the two packages: their READMEs have the tables. --print-config shows
what is in force and --validate checks it, without starting anything.

Examples:
  $ seismo start
  $ seismo start --fault stuck-queue --fault-after 120
  $ seismo start --no-demo --forward http://127.0.0.1:4328 --data-dir ./seismo-data
  $ SEISMO_ENGINE_WORKERS=2 seismo start --config seismo.yaml --print-config
  $ seismo start --json | jq -r 'select(.event == "anomaly") | .anomaly.reasons[0].text'

Faults: ${FAULTS.map(({ name }) => name).join(', ')}

Exit codes: 0 stopped by Ctrl-C or SIGTERM, or the fault was found; 1 a port is taken, the store cannot be opened, or with
--exit-after-found the fault was not found within 4 minutes; 2 the command line or the configuration is wrong.`;

/**
 * Flags of single settings are unknown here: they are read with the settings, which other commands need not load.
 * @param ended takes the exit code
 */
export function startCommand(terminal: Terminal, ended: (exitCode: number) => void): Command {
  return new Command('start')
    .description('receive OTLP logs, score them, pass them on; with a demo shop unless --no-demo')
    .option('--no-demo', 'no demo shop: wait for the logs of your own services')
    .option('--config <file>', 'settings of processor and backend, YAML')
    .option('--host <address>', 'address all doors listen on (default: 127.0.0.1)')
    .option('--otlp-http-port <port>', 'OTLP over HTTP, 0 for any free port (default: 4318)', port)
    .option('--otlp-grpc-port <port>', 'OTLP over gRPC, 0 for any free port (default: 4317)', port)
    .option('--api-port <port>', 'HTTP API and web page, 0 for any free port (default: 7347)', port)
    .option(
      '--web-dir <dir>',
      'folder of the web page, served at the address of the API (npm start builds and gives it)',
    )
    .option('--forward <url>', 'next hop over OTLP/HTTP; without it records are only scored')
    .option('--data-dir <dir>', 'folder of the embedded store (default: ./seismo-data, with the demo a fresh one)')
    .addOption(new Option('--fault <name>', 'the fault to inject first').choices(FAULTS.map(({ name }) => name)))
    .option('--fault-after <seconds>', 'calm before the first fault', seconds, DEFAULT_CALM_SECONDS)
    .option('--exit-after-found', 'end when the injected fault was found: exit code 0, or 1 after 4 minutes', false)
    .option('--json', 'one JSON object per event instead of text', false)
    .addHelpText('after', EXAMPLES)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (options: Omit<StartOptions, 'rest'>, command: Command) => {
      // Loaded only here: server, store and SDK would double the time that other commands take to begin.
      const { runStart } = await import('./start-run.ts');
      ended((await runStart({ ...options, rest: command.args }, terminal)) ? EXIT.ok : EXIT.failure);
    });
}
