/** An episode as a block of text: when and where, how rare, why, and the lines that show it. */
import type { Anomaly, ExampleLine, Reason } from '../engine/outputs.ts';
import { reasonKey, streamName, type Episode, type FoldedReason } from './episode.ts';
import type { Terminal } from './terminal.ts';
import { count, duration, oneLine, rarity, several, severityName, timesOfDay, wrapped } from './wording.ts';

const MOST_REASONS = 3;
const MOST_LINES = 3;
const INDENT = '    ';

/** "as rare as 1 in 40,000 windows, confidence 0.71"; and that the service is not known well yet, where that is so. */
export function howRare(anomaly: Anomaly): string {
  const words = rarity(anomaly.magnitude, anomaly.unit);
  const rare = words.startsWith('less') ? `rarer than${words.slice('less than'.length)}` : `as rare as ${words}`;
  const learning = anomaly.reasons.some(({ kind }) => kind === 'learning') ? ' (still learning)' : '';
  return `${rare}, confidence ${anomaly.confidence.toFixed(2)}${learning}`;
}

/** "1 min window", "3 s session" or "record". */
export function unitName(anomaly: Anomaly): string {
  return anomaly.unit === 'record' ? 'record' : `${duration(anomaly.endMs - anomaly.startMs)} ${anomaly.unit}`;
}

/** How often a reason came and when: "in 12 windows, 08:03:00 – 08:21:00"; '' for one that came once. */
export function howOften({ times, unit, startMs, endMs }: FoldedReason): string {
  if (times === 1) return '';
  const often = unit === 'mixed' ? `${count(times)} times` : `in ${several(times, unit)}`;
  return `${often}, ${timesOfDay(startMs, endMs)}`;
}

/**
 * The lines of a block below its title.
 * @param when writes the place of an example line
 * @param often says how often a reason came, '' where that is nothing to tell
 */
export function blockBody(
  episode: Episode,
  terminal: Terminal,
  when: (line: ExampleLine) => string,
  often: (reason: FoldedReason) => string = () => '',
): string[] {
  const { paint, columns } = terminal;
  const wide = columns - INDENT.length;
  const reasons = episode.folded.filter(({ reason }) => isEvidence(reason));
  const lines = reasons.slice(0, MOST_REASONS).flatMap((folded) => {
    const repeated = often(folded);
    const text = `${folded.reason.text}${repeated === '' ? '' : ` (${repeated})`}`;
    const [first, ...more] = wrapped(text, wide - 2);
    return [`${INDENT}${paint('bold', '•')} ${first}`, ...more.map((line) => `${INDENT}  ${line}`)];
  });
  if (reasons.length > MOST_REASONS)
    lines.push(`${INDENT}  and ${several(reasons.length - MOST_REASONS, 'more reason')}`);
  const { check, nearestNormal } = episode.worst.explanation ?? {};
  if (check !== undefined) lines.push(`${INDENT}${paint('dim', `check ${oneLine(check.text, wide - 6)}`)}`);
  if (nearestNormal?.text !== undefined)
    lines.push(`${INDENT}${paint('dim', `usual ${oneLine(nearestNormal.text, wide - 6)}`)}`);
  const { template } = episode.worst;
  const told = new Set(reasons.map(({ reason }) => reason.template));
  if (template !== '' && !told.has(template))
    lines.push(`${INDENT}${paint('dim', 'template')} ${oneLine(template, wide - 9)}`);
  for (const example of episode.examples(MOST_LINES)) {
    const level = severityName(example.severity);
    // Lines of files mostly begin with their level.
    const head = [when(example), example.text.includes(level) ? '' : level].filter((part) => part !== '').join(' ');
    lines.push(`${INDENT}${paint('dim', `│ ${head}`)}  ${oneLine(example.text, wide - head.length - 4)}`);
  }
  const traces = [...new Set(episode.examples(MOST_LINES).map(({ traceId }) => traceId))].filter((id) => id !== '');
  if (traces.length > 0) lines.push(`${INDENT}${paint('dim', `trace ${traces[0]}`)}`);
  return lines;
}

/** One line for what is new in an episode that has been told already. */
export function updateLine(anomaly: Anomaly, fresh: readonly Reason[], terminal: Terminal): string {
  const why = fresh.map((reason) => reason.text).join('; ');
  const rare = terminal.paint('dim', `(${rarity(anomaly.magnitude, anomaly.unit)})`);
  return `${terminal.paint('bold', streamName(anomaly.stream))}  ${oneLine(why, terminal.columns)} ${rare}`;
}

/** Those reasons of an anomaly that `told` does not hold yet; they are added to it. */
export function freshReasons(anomaly: Anomaly, told: Set<string>): Reason[] {
  const fresh = anomaly.reasons.filter((reason) => isEvidence(reason) && !told.has(reasonKey(reason)));
  for (const reason of fresh) told.add(reasonKey(reason));
  return fresh;
}

/** How well a service is known is no evidence: it is told as confidence. */
function isEvidence({ kind }: Reason): boolean {
  return kind !== 'learning';
}
