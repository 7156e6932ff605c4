/** `seismo scan`: what is odd in log files, found in the time of their own records. */
import { Command } from 'commander';
import { type EngineFlags, settingsOfFlags, withEngineFlags } from './engine-flags.ts';
import { EXIT } from './exit-codes.ts';
import { atLeastOne, regularExpression } from './flag-values.ts';
import { openProgress } from './progress-bar.ts';
import { jsonReport } from './scan-json.ts';
import { scanLogs } from './scan-run.ts';
import { textReport } from './scan-report.ts';
import type { Terminal } from './terminal.ts';
import { inputsOf } from './inputs.ts';

const DEFAULT_TOP = 10;

const EXAMPLES = `
Plain lines or JSON lines (timestamp, source, service, severity, message, metadata), plain or gzip: both are seen from the
content. Without FILE, or with -, standard input is read. Times come from the lines; times without a zone are UTC. Lines
without a time have that of the line before; in a file without any time, records are scored, windows of time are not.
Records that share an id in their lines (an order, a block, a request) are looked at as sessions too; the ids are found
out from the lines themselves, --session-pattern says what they look like. Everything stays in memory, nothing is sent
anywhere, and the same input gives the same report.

--engine-detectors-off and --engine-window-models are the server's settings of these names: with the same values the report
has what the server would have said of these lines, but for correlations between services, which only the server follows.

With --json each anomaly is one object (time, service, unit, score, magnitude, margin, confidence, reasons, templateId,
template, file, line, text) and the last line is {"summary": {lines, templates, anomalies, episodes, seconds}}.

Examples:
  $ seismo scan /var/log/syslog
  $ seismo scan --all app.log app.log.1.gz
  $ kubectl logs deploy/checkout --timestamps | seismo scan
  $ seismo scan --json app.log | jq 'select(.margin > 2)'
  $ seismo scan --engine-detectors-off error-rate,security app.log

Exit codes: 0 read to the end, whatever was found; 1 a file cannot be read; 2 the command line is wrong.`;

interface ScanOptions extends EngineFlags {
  readonly json: boolean;
  readonly all: boolean;
  readonly top: number;
  readonly sessionPattern?: string;
}

/** @param ended takes the exit code */
export function scanCommand(terminal: Terminal, ended: (exitCode: number) => void): Command {
  const command = new Command('scan')
    .description('report what is odd in log files, and why')
    .argument('[file...]', 'log files; none or - is standard input')
    .option('--json', 'one JSON object per anomaly, and a summary at the end', false)
    .option(
      '--session-pattern <regex>',
      'finds the id of a session in a line; its first group if it has one',
      regularExpression,
    )
    .option('--top <number>', 'episodes in the report', atLeastOne, DEFAULT_TOP)
    .option('--all', 'all episodes in the report', false);
  return withEngineFlags(command)
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], { json, all, top, sessionPattern = '', ...flags }: ScanOptions) => {
      const settings = { ...(await settingsOfFlags(flags)), sessionPattern };
      const report = json ? jsonReport(terminal) : textReport(terminal, all ? Infinity : top);
      const progress = openProgress();
      try {
        await scanLogs(await inputsOf(files), report, progress, settings);
      } finally {
        progress.stop();
      }
      ended(EXIT.ok);
    });
}
