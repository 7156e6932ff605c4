/**
 * What an oddness is worth as a magnitude among the largest ones of blocks of values. An event lasts: the values that follow
 * an odd one are odd with it, and counting each would make one event look like many. So the unit is a block.
 *
 * What was odd is held back: the latest few odd blocks are not learned until further ones come, so that the next event is
 * not measured by the last, while what comes again and again, or lasts, becomes normal.
 */
import { Recalibration } from '../../calibration/tail.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export class BlockScale {
  readonly #calibration = new Recalibration(false);
  /** Of the block at hand, -1 before its first. */
  #largest = -1;
  /** The largest of the latest odd blocks, oldest first. */
  #held: number[] = [];

  /** −log10 p of a block whose largest oddness is `x` (0 or more), at most log10(n + 1) + 2 after n blocks. */
  magnitude(x: number): number {
    return this.#calibration.units < LEAST_BLOCKS ? 0 : this.#calibration.magnitude(x);
  }

  /** Notes the oddness of a value of the block at hand. */
  look(x: number): void {
    if (x > this.#largest) this.#largest = x;
  }

  /** Ends the block: learns it, or holds it back. */
  close(isOdd: boolean): void {
    const largest = this.#largest;
    if (largest < 0) return;
    this.#largest = -1;
    if (isOdd) this.#held.push(largest);
    const learned = isOdd ? (this.#held.length > MOST_HELD ? this.#held.shift() : undefined) : largest;
    if (learned === undefined) return;
    this.#calibration.learn(learned);
    this.#calibration.rebuild();
  }

  save(to: StateWriter): void {
    this.#calibration.save(to);
    to.numbers(this.#largest, this.#held.length);
    to.column(Float64Array.from(this.#held));
  }

  load(from: StateReader): void {
    this.#calibration.load(from);
    const numbers = new Float64Array(2);
    from.column(numbers);
    this.#largest = numbers[0];
    const held = new Float64Array(numbers[1]);
    from.column(held);
    this.#held = [...held];
  }
}

const LEAST_BLOCKS = 10;
/** Half a day of 5 minutes. */
const MOST_HELD = 6;
