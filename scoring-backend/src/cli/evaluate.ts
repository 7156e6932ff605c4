/** `seismo evaluate`: how well anomalies are found in labelled data, ours or the user's own. */
import { Command } from 'commander';
import { withEngineFlags } from './engine-flags.ts';
import { EXIT } from './exit-codes.ts';
import { evaluateFiles } from './evaluate-files.ts';
import type { EvaluateFlags } from './evaluate-flags.ts';
import { evaluateProtocol } from './evaluate-protocol.ts';
import { openProgress } from './progress-bar.ts';
import type { Terminal } from './terminal.ts';

const EXAMPLES = `
Learn, then score: --train is taken as normal and learned, then the test files are judged and not learned from. Without
--train, or with --warm-up, test files are read in order and learned on the way; the first share of their units (0.2
unless --warm-up says otherwise) is not judged. Labels are never learned from, but for training rows that say they are
abnormal: those are left out.

Formats: lines (plain or JSON), csv (a column for the message, and if there are any for time, severity and service; with
--value-column, or a column "payload", rows are values of one parameter), jsonl, sequences (one session a line: event ids with blanks between, an id before a tab if there is one), values (CSV
with a time and a number). All may be gzip.

Labels: --test-normal and --test-abnormal by file; --label-prefix '-' for a first column that says it (equal is normal;
it is taken off); --label-column in csv, jsonl and values (empty: none; 0, -, false, no, normal, norm, benign, ok: normal;
anything else: abnormal); --labels, a CSV of id and label, where the id is a session's id, a file, a time, or a number
from 1 of a line, window or row.

Units: line; session (--session-pattern finds its id in a line); window (--window 100l: of lines; 30s, 60s, 300s: of event
time, where a window is abnormal with one abnormal line); file. Units of event time are flagged when their margin is above
0, which is what the budget of false alarms allows for; units without time (sequences, windows of lines, files, lines
without times) when they are rarer than 1 in 1,000 (M ≥ 3).

--engine-detectors-off and --engine-window-models are the server's settings of these names, for units that several families
judge: lines, windows and files. Models look at windows of 60s and of lines. What a family is worth on your data is what is
lost without it.

Sessions are judged in the order of their last lines. The baseline "new template" flags units with a template that neither
training nor warm-up had.

--json prints one object: format, unit, train, test, counts, figures (precision, recall, f1, rocAuc, prAuc,
falsePositivesPer10000 …), baselines (flagAll, random, newTemplate, eventCount, each with the same figures), bestF1 (at the
threshold that suits the answers best: a bound), seed, seconds, versions. --scores writes unit,label,score,flagged; the label
is 1 abnormal, 0 normal, empty unknown.

Examples:
  $ seismo evaluate hdfs-sequences
  $ seismo evaluate --format sequences --train normal.txt --test-normal more.txt --test-abnormal odd.txt
  $ seismo evaluate --test bgl.log --label-prefix '-' --window 100l --warm-up 0.2 --scores windows.csv
  $ seismo evaluate --test hdfs.log --session-pattern 'blk_-?[0-9]+' --labels blocks.csv --warm-up 0.2 --json
  $ seismo evaluate --test bgl.log --label-prefix '-' --window 100l --engine-detectors-off error-rate
  $ seismo evaluate --unit file --train good/*.log --test-normal new/*.log --test-abnormal bad/*.log

Exit codes: 0 evaluated, whatever came out; 1 a file cannot be read; 2 the command line is wrong.`;

/** @param ended takes the exit code */
export function evaluateCommand(terminal: Terminal, ended: (exitCode: number) => void): Command {
  const command = new Command('evaluate')
    .description('measure detection on labelled data')
    .argument('[protocol]', 'one of our own protocols, by name')
    .option('--data <folder>', 'folder of the protocols’ data (SEISMO_DATA, or ../shared/data)')
    .option('--train <file...>', 'files to learn from first, as normal')
    .option('--test <file...>', 'files to judge')
    .option('--test-normal <file...>', 'files to judge, all of them normal')
    .option('--test-abnormal <file...>', 'files to judge, all of them abnormal')
    .option('--format <format>', 'lines, csv, jsonl, sequences or values (lines)')
    .option('--value-column <name>', 'column of the number (values) or of the message (csv)')
    .option('--unit <unit>', 'line, session, window or file')
    .option('--session-pattern <regex>', 'finds the session id in a line; its first group if it has one')
    .option('--window <length>', 'lines or seconds of a window: 100l, 60s')
    .option('--label-prefix <text>', 'first column of normal lines')
    .option('--label-column <name>', 'column of the label')
    .option('--labels <csv>', 'labels by id: id,label')
    .option('--warm-up <share>', 'share of the units that is learned and not judged')
    .option('--seed <number>', 'seed of the random baseline (1)')
    .option('--json', 'print one JSON object', false)
    .option('--scores <csv>', 'also write a row per unit: unit,label,score,flagged');
  return withEngineFlags(command)
    .addHelpText('after', EXAMPLES)
    .action(async (protocol: string | undefined, flags: EvaluateFlags) => {
      const progress = openProgress();
      try {
        await (protocol === undefined
          ? evaluateFiles(flags, terminal, progress)
          : evaluateProtocol(protocol, flags, terminal, progress));
      } finally {
        progress.stop();
      }
      ended(EXIT.ok);
    });
}
