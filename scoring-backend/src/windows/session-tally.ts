/** How many sessions ended in a window, and how many of them were odd. */
export class SessionTally {
  ended = 0;
  odd = 0;
  /** Template to blame for the oddest of them, -1 for none, and M of that session. */
  template = -1;
  magnitude = 0;

  add(other: SessionTally): void {
    this.ended += other.ended;
    this.odd += other.odd;
    if (other.magnitude <= this.magnitude) return;
    this.template = other.template;
    this.magnitude = other.magnitude;
  }

  clear(): void {
    this.ended = this.odd = this.magnitude = 0;
    this.template = -1;
  }

  /** The template is gone. */
  forget(template: number): void {
    if (this.template === template) this.template = -1;
  }

  numbers(): Float64Array {
    return Float64Array.of(this.ended, this.odd, this.template, this.magnitude);
  }

  set(numbers: Float64Array): void {
    [this.ended, this.odd, this.template, this.magnitude] = numbers;
  }
}
