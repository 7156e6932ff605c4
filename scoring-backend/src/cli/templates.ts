/** `seismo templates`: the kinds of messages in log files, and which line is of which kind. */
import { Command } from 'commander';
import { writeAssignments } from './assignments.ts';
import { EXIT } from './exit-codes.ts';
import { inputsOf } from './inputs.ts';
import { openProgress } from './progress-bar.ts';
import { MAX_TEMPLATES, TemplateTally } from './template-tally.ts';
import { printTemplates, printTemplatesJson } from './template-report.ts';
import { mineInputs } from './template-run.ts';
import type { Terminal } from './terminal.ts';
import { count } from './wording.ts';

const EXAMPLES = `
Plain lines or JSON lines, plain or gzip, as for "seismo scan". Without FILE, or with -, standard input is read. Several
files are read as one: lines are numbered through.

--assignments writes one row per line of input, blank lines too, as CSV (RFC 4180) with the columns line (from 1),
id_at_arrival (the template when the line came), id (the template it belongs to in the end, after templates that turned
out to be one were merged) and template.

Examples:
  $ seismo templates app.log
  $ seismo templates --json app.log.gz | jq -r 'select(.count == 1) | .example'
  $ seismo templates --assignments lines.csv app.log

Exit codes: 0 done; 1 a file cannot be read or written; 2 the command line is wrong.`;

interface TemplatesOptions {
  readonly json: boolean;
  readonly assignments?: string;
}

/** @param ended takes the exit code */
export function templatesCommand(terminal: Terminal, ended: (exitCode: number) => void): Command {
  return new Command('templates')
    .description('list the kinds of messages in log files')
    .argument('[file...]', 'log files; none or - is standard input')
    .option('--json', 'one JSON object per template', false)
    .option('--assignments <csv>', 'also write which line is of which template')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], { json, assignments }: TemplatesOptions) => {
      const inputs = await inputsOf(files);
      const tally = new TemplateTally(assignments !== undefined);
      const progress = openProgress();
      try {
        await mineInputs(inputs, tally, progress);
      } finally {
        progress.stop();
      }
      if (tally.forgotten > 0)
        terminal.remark(
          `More than ${count(MAX_TEMPLATES)} templates: the ${count(tally.forgotten)} unused for longest are no longer kept.`,
        );
      if (assignments !== undefined) await writeAssignments(assignments, tally);
      await (json ? printTemplatesJson : printTemplates)(terminal, tally.rows());
      ended(EXIT.ok);
    });
}
