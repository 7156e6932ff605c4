/** Windows of so many lines of a labelled log, mined and counted as the engine does it; one is odd when a line of it is. */
import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { createTemplateMiner } from '../../src/templates/miner.ts';
import { TemplateVectors } from '../../src/windows/log-vector.ts';
import { Transitions } from '../../src/windows/transitions.ts';
import { WindowCounts } from '../../src/windows/window-counts.ts';

const SIZE_MS = 60_000;
const MOST_TEMPLATES = 10_000;

/**
 * @param file gzipped lines; the first word is '-' for normal ones, else the kind of alarm, and is left out
 * @param take gets a window, valid during the call
 */
export function labelledWindows(file: string, lines: number, take: (window: WindowCounts, odd: boolean) => void): void {
  windowsOf(gunzipSync(readFileSync(file)).toString('utf8').split('\n'), lines, take);
}

/** As `labelledWindows`, of lines at hand. */
export function windowsOf(
  labelled: Iterable<string>,
  lines: number,
  take: (window: WindowCounts, odd: boolean) => void,
): void {
  const miner = createTemplateMiner({ maxTemplates: MOST_TEMPLATES, maxMessageBytes: 8_192 });
  const births = { bornMs: new Float64Array(MOST_TEMPLATES) };
  const vectors = new TemplateVectors();
  const transitions = new Transitions();
  const window = new WindowCounts(births);
  for (const part of [vectors, transitions, window]) part.grow(MOST_TEMPLATES);
  const known = new Set<number>();
  let odd = false;
  let number = 0;
  window.open(0, SIZE_MS);
  for (const line of labelled) {
    const label = line.slice(0, line.indexOf(' '));
    const message = Buffer.from(line.slice(label.length + 1));
    if (message.length === 0) continue;
    const template = miner.mine(message, 0, message.length);
    for (const change of miner.takeChanges())
      if (change.kind === 'merged') {
        for (const part of [vectors, transitions, window]) part.merge(change.from, change.to);
        births.bornMs[change.to] = Math.min(births.bornMs[change.to], births.bornMs[change.from]);
      }
    if (!known.has(template)) {
      known.add(template);
      births.bornMs[template] = window.startMs;
      vectors.born(template, miner.text(template));
    }
    window.add(template, 0, message.length, transitions.follow(template));
    odd ||= label !== '-';
    if (window.records < lines) continue;
    window.seal(known.size);
    window.embed(vectors);
    transitions.refresh(window.touched, window.touchedCount);
    take(window, odd);
    window.open(++number * SIZE_MS, SIZE_MS);
    odd = false;
  }
}
