/**
 * Which unknown lines are details of a report: lines that never begin a run of unknown lines, but stand behind others. A
 * failure is told by a message, and what follows it (registers, a stack, the state of the core) fills as many windows as it
 * has lines; they say nothing new. Operators who tag alerts in the logs of supercomputers tag the message and not its dump
 * (Oliner and Stearley 2007), and filters of such logs leave out what always follows something else (Zheng et al. 2009).
 *
 * A template is a detail when several runs had it, and (nearly) all of them were begun by another one. So the first reports
 * are told in every window that they fill, and a message that comes again and again is always told.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../per-template.ts';
import { grown } from '../../columns/small-columns.ts';

export class ReportDetails implements PerTemplate {
  /** By template: runs of unknown lines that had it, those of them that another one began, and the latest of them. */
  #runs = new Int32Array(INITIAL_TEMPLATES);
  #behind = new Int32Array(INITIAL_TEMPLATES);
  #latest = new Int32Array(INITIAL_TEMPLATES);
  /** Runs so far; is the line before part of the last one? */
  #run = 0;
  #inRun = false;

  /** Takes in a line: is it a detail of a report that has begun before? */
  follow(template: number, unknown: boolean): boolean {
    const isFirst = unknown && !this.#inRun;
    this.#inRun = unknown;
    if (!unknown) return false;
    if (isFirst) this.#run++;
    if (this.#latest[template] !== this.#run) {
      this.#latest[template] = this.#run;
      this.#runs[template]++;
      if (!isFirst) this.#behind[template]++;
    }
    return !isFirst && this.#isDetail(template);
  }

  #isDetail(template: number): boolean {
    const runs = this.#runs[template];
    return runs > TIMES && this.#behind[template] >= runs * NEARLY_ALWAYS;
  }

  grow(capacity: number): void {
    this.#runs = grown(this.#runs, capacity);
    this.#behind = grown(this.#behind, capacity);
    this.#latest = grown(this.#latest, capacity);
  }

  clear(index: number): void {
    for (const column of this.#columns()) column[index] = 0;
  }

  merge(from: number, to: number): void {
    // Runs may have had both.
    this.#runs[to] = Math.max(this.#runs[to], this.#runs[from]);
    this.#behind[to] = Math.min(this.#behind[to], this.#behind[from]);
    this.#latest[to] = Math.max(this.#latest[to], this.#latest[from]);
    this.clear(from);
  }

  save(to: StateWriter): void {
    to.number(this.#runs.length);
    for (const column of this.#columns()) to.column(column);
    to.numbers(this.#run, this.#inRun ? 1 : 0);
  }

  load(from: StateReader): void {
    this.grow(from.number());
    for (const column of this.#columns()) from.column(column);
    const numbers = new Float64Array(2);
    from.column(numbers);
    this.#run = numbers[0];
    this.#inRun = numbers[1] === 1;
  }

  #columns(): Int32Array[] {
    return [this.#runs, this.#behind, this.#latest];
  }
}

/** Runs that tell, and the share of them that another line must have begun. */
const TIMES = 3;
const NEARLY_ALWAYS = 0.9;
