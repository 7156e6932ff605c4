/**
 * How far an engine has come in the sources it is fed from, kept with its snapshot: what comes again after a restart is
 * counted once. A source is a log with an order, such as a partition of a Kafka topic; a position is the place behind the
 * last record that was taken. Pure.
 */
import { SeismoError } from '../../errors.ts';

/** Where a request stands in its source. */
export interface Origin {
  /** Name of the source: "otlp_logs/3". */
  readonly source: string;
  /** Position behind the request before it. */
  readonly from: number;
  /** Position behind this one. */
  readonly next: number;
}

/** Positions by source, and how many requests came from nowhere that could give them again. */
export interface SavedPositions {
  readonly sources: Readonly<Record<string, number>>;
  readonly direct: number;
  /** Streams, by their index in the snapshot, that such requests were of; left out: any may be, where there were such. */
  readonly directStreams?: readonly number[];
  /** The last tick; 0 before the first. */
  readonly tickMs?: number;
}

export class Positions {
  readonly #next = new Map<string, number>();
  /** Where a source was begun with: what a restart without a checkpoint goes back to. */
  readonly #begun = new Map<string, number>();
  #direct = 0;
  #tickMs = 0;

  /** Goes back to what a checkpoint knows; sources that it does not know begin where they began. */
  restore(saved: SavedPositions | undefined): void {
    this.#next.clear();
    for (const [source, position] of this.#begun) this.#next.set(source, position);
    for (const [source, position] of Object.entries(saved?.sources ?? {})) this.#next.set(source, position);
    this.#direct = saved?.direct ?? 0;
    this.#tickMs = saved?.tickMs ?? 0;
  }

  /**
   * Is the request new? When it is, it counts as taken from now on.
   * @throws SeismoError OUT_OF_STEP when requests before it are missing
   */
  takes({ source, from, next }: Origin): boolean {
    const at = this.#next.get(source);
    if (at === undefined) this.#begun.set(source, from);
    else if (at >= next) return false;
    else if (at < from)
      throw new SeismoError('OUT_OF_STEP', `${source}: expected what follows position ${at}, got what follows ${from}`);
    this.#next.set(source, next);
    return true;
  }

  /** Counts a request that has no place in a source. */
  took(): void {
    this.#direct++;
  }

  /** Notes a tick. */
  ticked(timeMs: number): void {
    this.#tickMs = Math.max(this.#tickMs, timeMs);
  }

  /** The last tick; 0 before the first. */
  get tickMs(): number {
    return this.#tickMs;
  }

  /** Steps over what will not come, up to `position`; a source that is not known begins there. @returns how much that is */
  skipTo(source: string, position: number): number {
    const at = this.#next.get(source);
    if (at === undefined) this.#begun.set(source, position);
    if (at === undefined || at < position) this.#next.set(source, position);
    return at === undefined ? 0 : Math.max(0, position - at);
  }

  /** A copy. */
  saved(): SavedPositions {
    return { sources: Object.fromEntries(this.#next), direct: this.#direct, tickMs: this.#tickMs };
  }
}
