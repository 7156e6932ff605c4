/** What the models of whole windows cost: rows per second of the Isolation Forest, and explaining one. */
import { measure, type BenchRow } from '../../otel-processor/bench/measure.ts';
import { IsolationForest } from '../src/detectors/forest/isolation-forest.ts';
import { SeededRandom } from '../src/detectors/random.ts';

const SIZE = 20;
const ROWS = 1_024;
const TRAINED_ON = 20_000;

/** 200 trees of 256 samples at 20 features: larger than what a stream has, and what published figures are for. */
export async function run(): Promise<BenchRow[]> {
  const random = new SeededRandom(1);
  const cloud = (count: number): Float32Array => Float32Array.from({ length: count * SIZE }, () => random.normal());
  const trained = { values: cloud(TRAINED_ON), count: TRAINED_ON, size: SIZE };
  const large = IsolationForest.fit(trained, 1, { trees: 200, samples: 256, leading: 0, beyond: false });
  const own = IsolationForest.fit(trained, 1);
  const values = cloud(ROWS);
  const target = new Float64Array(ROWS);
  const parts = new Float64Array(SIZE);
  let next = 0;
  return [
    await measure({ name: 'forest: score, 200 × 256, d = 20', unit: 'row', units: ROWS, floor: 0.2 }, () =>
      large.scores(values, ROWS, SIZE, target),
    ),
    await measure({ name: 'forest: score, 60 × 64, d = 20', unit: 'row', units: ROWS, floor: 0.2 }, () =>
      own.scores(values, ROWS, SIZE, target),
    ),
    await measure({ name: 'forest: Shapley values, 60 × 64, d = 20', unit: 'row', units: 1, rounds: 5 }, () => {
      next = (next + 1) % ROWS;
      own.contributions(values.subarray(next * SIZE, (next + 1) * SIZE), parts);
    }),
    await measure({ name: 'forest: train, 60 × 64 on 256 rows', unit: 'forest', units: 1, rounds: 5 }, () => {
      IsolationForest.fit({ values: trained.values.subarray(0, 256 * SIZE), count: 256, size: SIZE }, 1);
    }),
  ];
}
