/**
 * Finds the index unused for longest. A heap over times of use that may be too early: an index is put back with its
 * real time when it is met, so that using a template costs nothing here. Exact, and a function of the times alone.
 */
export class LeastRecentlyUsed {
  private readonly indexes: number[] = [];
  private readonly times: number[] = [];

  get size(): number {
    return this.indexes.length;
  }

  /** Adds an index that was used at `time`. */
  add(index: number, time: number): void {
    let at = this.indexes.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.times[parent] <= time) break;
      this.move(parent, at);
      at = parent;
    }
    this.indexes[at] = index;
    this.times[at] = time;
  }

  /** Takes out the index unused for longest; `lastUsed` says when each was really used, -1 for one that is gone. */
  take(lastUsed: (index: number) => number): number {
    for (;;) {
      const index = this.indexes[0];
      const time = this.times[0];
      this.removeFirst();
      const real = lastUsed(index);
      if (real === time) return index;
      if (real > time) this.add(index, real);
    }
  }

  private removeFirst(): void {
    const index = this.indexes[this.indexes.length - 1];
    const time = this.times[this.times.length - 1];
    this.indexes.pop();
    this.times.pop();
    const size = this.indexes.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.times[child + 1] < this.times[child]) child++;
      if (this.times[child] >= time) break;
      this.move(child, at);
      at = child;
    }
    this.indexes[at] = index;
    this.times[at] = time;
  }

  private move(from: number, to: number): void {
    this.indexes[to] = this.indexes[from];
    this.times[to] = this.times[from];
  }
}
