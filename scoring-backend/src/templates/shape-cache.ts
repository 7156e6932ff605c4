/**
 * Remembers which template the shape of a line led to, where the template is the same whatever the digits are. Nearly all
 * lines of most services have a shape that came before; where few have (lines full of names and ids of letters), making
 * shapes is left off for a while.
 */
import { FrontCache } from './front-cache.ts';
import { frontKey } from './front-key.ts';
import { lineShape, makeLineShape } from './line-shape.ts';
import type { StateReader, StateWriter } from './saved-state.ts';

/** 64 KiB. Shapes that no longer come are many more than those that do. */
const MOST_SHAPES = 1 << 12;
/** Lines from one decision to the next, and those that pass without shapes where fewer than a quarter were known. */
const TRIAL = 512;
const PAUSE = 16 * TRIAL;

export class ShapeCache {
  private readonly cache = new FrontCache(MOST_SHAPES);
  /** Lines of the present trial, below 0 of the pause before it, and how many of them were known. */
  private lines = 0;
  private known = 0;

  /** The index remembered for lines like `bytes[start, end)`, or -1; `generations` are those of the live templates. */
  get(bytes: Uint8Array, start: number, end: number, generations: Uint32Array): number {
    if (++this.lines <= 0) return -1;
    if (this.lines > TRIAL) this.decide();
    makeLineShape(bytes, start, end);
    const index = this.cache.get(lineShape.high, lineShape.low, generations);
    if (index >= 0) this.known++;
    return index;
  }

  /** Remembers the line that `get` did not know, whose front key was made since. */
  set(index: number, generations: Uint32Array): void {
    if (this.lines > 0 && !frontKey.digitsMatter) this.cache.set(lineShape.high, lineShape.low, index, generations);
  }

  private decide(): void {
    this.lines = this.known * 4 < TRIAL ? -PAUSE : 0;
    this.known = 0;
  }

  save(state: StateWriter, generations: Uint32Array): void {
    state.count(this.lines + PAUSE);
    state.count(this.known);
    this.cache.save(state, generations);
  }

  load(state: StateReader, generations: Uint32Array): void {
    this.lines = state.count() - PAUSE;
    this.known = state.count();
    this.cache.load(state, generations);
  }
}
