/** What a closed window held, in the words of `outputs.ts`: bounded, whatever came in it. */
import type { WindowFeatures } from '../../detectors/detector.ts';
import type { TemplateCount } from '../../detectors/rate/template-rate.ts';
import { hexId } from '../../explain/ids.ts';
import type { WindowContents } from '../outputs.ts';
import type { JudgedStream } from '../streams/judged-stream.ts';

/** Templates listed of one window. Nearly all windows have fewer; a list of so many takes 5 kB of the store. */
const MOST_TEMPLATES = 100;
/** Digits behind the point: a direction is known no better from so few words. */
const VECTOR_DIGITS = 4;
const EXPECTED_DIGITS = 2;
const NO_VECTOR = new Float32Array(0);

export function contentsOf(
  stream: JudgedStream,
  counts: readonly TemplateCount[],
  window: Pick<WindowFeatures, 'logVector'>,
): WindowContents {
  const ordered = counts.toSorted((a, b) => weightOf(b) - weightOf(a) || a.template - b.template);
  const others = ordered.slice(MOST_TEMPLATES);
  const logVector = stream.embeds ? window.logVector : NO_VECTOR;
  const length = Math.hypot(...logVector) || 1;
  return {
    templates: ordered.slice(0, MOST_TEMPLATES).map(({ template, count, expected }) => ({
      id: hexId(stream.templateHigh(template), stream.templateLow(template)),
      count,
      expected: Number.isNaN(expected) ? null : rounded(expected, EXPECTED_DIGITS),
    })),
    otherTemplates: others.length,
    otherRecords: others.reduce((sum, { count }) => sum + count, 0),
    logVector: Array.from(logVector, (value) => rounded(value / length, VECTOR_DIGITS)),
  };
}

/** What is not known yet comes first: there is nothing to hold it against. */
function weightOf({ count, expected }: TemplateCount): number {
  return Number.isNaN(expected) ? Number.MAX_SAFE_INTEGER / 2 + count : Math.max(count, expected);
}

function rounded(value: number, digits: number): number {
  const factor = 10 ** digits;
  // + 0: no negative zero, which JSON does not know.
  return Math.round(value * factor) / factor + 0;
}
