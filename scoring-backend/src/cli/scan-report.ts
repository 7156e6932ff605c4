/** The report of a scan as text: what happened when, in which service, how rare it is, why, and the lines that show it. */
import type { Anomaly, ExampleLine } from '../engine/outputs.ts';
import { type Episode, episodesOf, streamName } from './episode.ts';
import { blockBody, howOften, howRare } from './episode-block.ts';
import type { LinePlace, ScanReport, ScanTotals } from './scan-result.ts';
import type { Terminal } from './terminal.ts';
import { count, dateAndTime, several, timeOfDay, timeSpan } from './wording.ts';

/** Most anomalies kept for the report; those beyond are counted. */
const MOST_ANOMALIES = 20_000;

/** @param top how many episodes to show */
export function textReport(terminal: Terminal, top: number): ScanReport {
  const { paint, print } = terminal;
  const kept: Anomaly[] = [];
  let all = 0;
  let places: (line: number) => LinePlace | undefined = () => undefined;

  const show = (episode: Episode, number: number, totals: ScanTotals): void => {
    const name = paint(['bold', 'red'], streamName(episode.stream));
    const { timed, text } = spanOf(episode, places);
    print(`${paint('bold', String(number))}  ${name}  ${paint('bold', text)}`);
    print(`    ${howRare(episode.worst)}  ${paint('dim', several(episode.anomalies.length, 'anomaly', 'anomalies'))}`);
    const placed = (example: ExampleLine): string => placeOf(example, places, totals);
    for (const line of blockBody(episode, terminal, placed, timed ? howOften : undefined)) print(line);
    print('');
  };

  return {
    async anomaly(anomaly, place) {
      places = place;
      if (all++ < MOST_ANOMALIES) kept.push(anomaly);
    },
    done(totals) {
      const episodes = episodesOf(kept);
      print(`${paint('bold', totals.files.join(', '))}  ${overview(totals)}`);
      for (const file of totals.untimed)
        print(`No times were found in ${file}: its records are scored, windows of time are not available.`);
      if (episodes.length === 0) {
        print(
          `\n${paint('green', 'Nothing odd')}: no record and no window was rarer than the budget of false alarms allows for.`,
        );
        return;
      }
      print(
        `\n${several(all, 'anomaly', 'anomalies')} in ${several(episodes.length, 'episode')}, the most important first.\n`,
      );
      if (all > kept.length) print(`Only the first ${count(kept.length)} anomalies are told here; --json has all.\n`);
      for (const [i, episode] of episodes.slice(0, top).entries()) show(episode, i + 1, totals);
      if (episodes.length > top) print(`${several(episodes.length - top, 'more episode')}: --all shows all.`);
    },
  };
}

function overview({ lines, services, templates, fromMs, toMs, seconds }: ScanTotals): string {
  const span = fromMs <= toMs ? `${dateAndTime(fromMs)} – ${dateAndTime(toMs)} UTC, ` : '';
  return `${several(lines, 'line')}, ${span}${several(services, 'service')}, ${several(templates, 'template')}, read in ${seconds.toFixed(1)} s`;
}

/** When an episode was; where lines have no times, which lines. */
function spanOf(episode: Episode, places: (line: number) => LinePlace | undefined): { timed: boolean; text: string } {
  const lines = episode.anomalies.map(({ examples: [first] }) =>
    first === undefined ? undefined : places(first.line),
  );
  if (lines[0]?.timed !== false) return { timed: true, text: timeSpan(episode.startMs, episode.endMs) };
  const numbers = lines.map((place) => place?.line ?? 0);
  const [from, to] = [Math.min(...numbers), Math.max(...numbers)];
  return { timed: false, text: from === to ? `line ${count(from)}` : `lines ${count(from)} – ${count(to)}` };
}

/** "14:03:30 line 48,121", with the file where there are several. */
function placeOf(example: ExampleLine, places: (line: number) => LinePlace | undefined, { files }: ScanTotals): string {
  const place = places(example.line);
  if (place === undefined) return timeOfDay(example.timeMs);
  const line = files.length > 1 ? `${place.file}:${place.line}` : `line ${count(place.line)}`;
  // A line that begins with its time need not have it twice.
  const time = timeOfDay(example.timeMs);
  const told = example.text.includes(time) || example.text.includes(time.replaceAll(':', ''));
  return !place.timed || told ? line : `${time} ${line}`;
}
