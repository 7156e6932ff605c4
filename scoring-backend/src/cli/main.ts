/** The command line `seismo`: its commands, what is the same for all of them, and how errors become exit codes. */
import { ConfigError, StartError } from '@seismo/otel-processor/errors';
import { Command, CommanderError } from 'commander';
import { SeismoError } from '../errors.ts';
import { evaluateCommand } from './evaluate.ts';
import { EXIT, Failure, WrongUsage } from './exit-codes.ts';
import { scanCommand } from './scan.ts';
import { startCommand } from './start.ts';
import { templatesCommand } from './templates.ts';
import { openTerminal } from './terminal.ts';
import { version } from './version.ts';

const EPILOGUE = `
Exit codes: 0 done, 1 it could not be done, 2 the command line is wrong.
Colours only on a terminal, and never with NO_COLOR set.

Examples:
  $ seismo start                         a demo shop, a fault after 90 s, and what was found
  $ seismo start --no-demo --forward http://127.0.0.1:4328
  $ seismo scan app.log                  what is odd in a log file, and why
  $ zcat app.log.gz | seismo scan --json | jq .
  $ seismo templates app.log             the kinds of messages in it
  $ seismo evaluate --test app.log --label-prefix '-' --window 100l`;

/** Runs one command line (without `node` and the script) and gives the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const terminal = openTerminal();
  let code: number = EXIT.ok;
  const ended = (exitCode: number): void => {
    code = exitCode;
  };
  const program = new Command('seismo')
    .description('Finds what is odd in logs, and says why.')
    .version(version(), '-V, --version')
    .addHelpText('after', EPILOGUE)
    .showHelpAfterError('(seismo --help, or seismo COMMAND --help, shows what there is)');
  for (const command of [startCommand, scanCommand, templatesCommand, evaluateCommand])
    program.addCommand(command(terminal, ended));
  for (const command of [program, ...program.commands]) {
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.remark(text.trimEnd()),
    });
  }

  try {
    if (argv.length === 0) {
      terminal.remark(program.helpInformation() + EPILOGUE);
      return EXIT.usage;
    }
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // Commander throws after it has printed help or version, too: those have exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof WrongUsage || error instanceof ConfigError) {
      terminal.remark(`seismo: ${error.message}`);
      return EXIT.usage;
    }
    if (!isExpected(error)) throw error;
    terminal.remark(`seismo: ${error.message}`);
    return EXIT.failure;
  }
}

/** Failures that the user can do something about; anything else is a mistake of ours and shows its stack. */
function isExpected(error: unknown): error is Error {
  return error instanceof Failure || error instanceof StartError || error instanceof SeismoError;
}
