/** Heap and array buffers per stream: of a young one, and of one that has everything, models of its windows included. */
import { figureRow, type FigureRow } from '../../otel-processor/bench/figure.ts';
import { bytesPerStream } from '../test/memory/stream-memory.ts';

const KIB = 1024;
const ROUNDS = 3;
const YOUNG = { templates: 30, minutes: 10, linesPerMinute: 20 };
const GROWN = { templates: 500, minutes: 1_440, linesPerMinute: 200 };

export async function run(): Promise<FigureRow[]> {
  const young: number[] = [];
  const grown: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    young.push((await bytesPerStream(1_000, YOUNG)) / KIB);
    grown.push((await bytesPerStream(4, GROWN)) / KIB);
  }
  return [
    figureRow('stream memory: 200 lines of 30 templates', 'KiB', young),
    figureRow('stream memory: a day of 500 templates, 200 lines a minute', 'KiB', grown),
  ];
}
