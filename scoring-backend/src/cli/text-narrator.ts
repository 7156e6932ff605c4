/**
 * Tells what happens as text: one block per episode, then a line for each thing that is new in it, so that a fault
 * that raises many anomalies does not flood the terminal.
 */
import type { Anomaly } from '../engine/outputs.ts';
import { Episode, streamName } from './episode.ts';
import { blockBody, freshReasons, howRare, unitName, updateLine } from './episode-block.ts';
import type { Doors, Narrator } from './narrator.ts';
import type { Style, Terminal } from './terminal.ts';
import { duration, several, timeOfDay } from './wording.ts';

/** An episode that has been told, and which of its reasons. */
interface Told {
  readonly episode: Episode;
  readonly reasons: Set<string>;
}

/** @param now the time in ms since the epoch */
export function textNarrator(terminal: Terminal, version: string, now: () => number): Narrator {
  const { print, paint } = terminal;
  /** The running episode of each service. */
  const running = new Map<string, Told>();
  const say = (sign: string, style: Style, text: string): void =>
    print(`${timeOfDay(now())}  ${paint(style, sign)} ${text}`);

  const open = ([first, ...more]: readonly Anomaly[]): void => {
    const episode = new Episode(first);
    const reasons = new Set<string>();
    for (const anomaly of more) episode.add(anomaly);
    for (const anomaly of episode.anomalies) freshReasons(anomaly, reasons);
    const name = streamName(first.stream);
    running.set(name, { episode, reasons });
    const { worst } = episode;
    say('▲', ['bold', 'red'], `${paint(['bold', 'red'], name)}  ${howRare(worst)}  ${paint('dim', unitName(worst))}`);
    for (const line of blockBody(episode, terminal, (example) => timeOfDay(example.timeMs))) print(line);
  };

  const update = ({ episode, reasons }: Told, anomaly: Anomaly): void => {
    episode.add(anomaly);
    const fresh = freshReasons(anomaly, reasons);
    if (fresh.length > 0) say('│', 'yellow', updateLine(anomaly, fresh, terminal));
  };

  return {
    started: (doors) => print(opening(doors, version, paint)),
    shopOpened: (calmSeconds) =>
      print(
        'The demo shop is open: nine small services under a mild load, their logs sent over OTLP.\n' +
          `In ${duration(calmSeconds * 1000)} something in it will break. Ctrl-C ends it.\n`,
      ),
    progress: ({ records, templates, services, windows, anomalies }) =>
      say(
        '·',
        'dim',
        paint(
          'dim',
          `${several(records, 'record')}, ${several(templates, 'template')}, ${several(services, 'service')}, ` +
            `${several(windows, 'window')}, ${anomalies === 0 ? 'no anomaly' : several(anomalies, 'anomaly', 'anomalies')}`,
        ),
      ),
    reloaded: ({ now, afterRestart, problems }) => {
      if (problems.length > 0)
        say('✘', ['bold', 'red'], `The settings are wrong, nothing was changed: ${problems.join('; ')}`);
      else
        say(
          '○',
          'dim',
          now.length > 0 ? `Settings in force: ${now.join('; ')}` : 'Settings were read again: nothing changed.',
        );
      if (afterRestart.length > 0) say('○', 'yellow', `After a restart only: ${afterRestart.join('; ')}`);
    },
    anomalies: (anomalies) => {
      for (const [name, ofService] of Map.groupBy(anomalies, ({ stream }) => streamName(stream))) {
        const told = running.get(name);
        if (told === undefined || !told.episode.takes(ofService[0])) open(ofService);
        else for (const anomaly of ofService) update(told, anomaly);
      }
    },
    injected: (fault) =>
      say('▼', ['bold', 'magenta'], `${paint('bold', 'Fault injected')}: ${fault.title} (${fault.name})`),
    found: ({ services, afterMs, calmAnomalies }) =>
      say(
        '✔',
        ['bold', 'green'],
        `${paint(['bold', 'green'], `Found after ${duration(afterMs)}`)} in ${services.join(', ')}${before(calmAnomalies)}`,
      ),
    notFound: (fault, withinMs) =>
      say('✘', ['bold', 'red'], `${fault.name} was not found within ${duration(withinMs)}`),
    recovered: (fault, calmSeconds) =>
      say('○', 'green', `Recovered from ${fault.name}. The next fault comes in ${duration(calmSeconds * 1000)}.`),
    stopping: () => say('○', 'dim', 'Stopping: last records, checkpoint, store.'),
  };
}

function before(calmAnomalies: number | undefined): string {
  if (calmAnomalies === undefined) return '';
  return calmAnomalies === 0 ? ', no false alarm before it' : `, ${several(calmAnomalies, 'false alarm')} before it`;
}

function opening(doors: Doors, version: string, paint: Terminal['paint']): string {
  const rows = [
    ['page', 'url' in doors.page ? paint('bold', doors.page.url) : doors.page.missing],
    ['OTLP/HTTP', doors.httpUrl],
    ['OTLP/gRPC', doors.grpcUrl],
    ['API', doors.apiUrl],
    ['data', doors.dataDir],
    ['forward', doors.forwardUrl ?? 'nowhere: records are scored and not passed on (--forward URL passes them on)'],
  ];
  const table = rows.map(([name, value]) => `  ${paint('dim', name.padEnd(10))} ${value}`);
  const moved = doors.moved.map(
    ({ purpose, wanted, got }) => `Port ${wanted} (${purpose}) is taken, so it is ${got} this time.`,
  );
  return [paint('bold', `seismo ${version}`), ...table, ...moved, ''].join('\n');
}
