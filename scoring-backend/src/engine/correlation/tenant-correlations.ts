/** Which services of one tenant have always moved together and no longer do: judged minute by minute among its busiest streams. */
import { type CorrelationChange, CorrelationChanges } from '../../detectors/correlation/correlation-change.ts';
import { MOST_STREAMS } from '../../detectors/correlation/pairs.ts';
import type { CorrelationDetail } from '../correlation-detail.ts';
import type { Drift } from '../outputs.ts';
import type { StreamIdentity } from '../stream-identity.ts';
import { type TenantMinute, TenantMinutes } from './tenant-minutes.ts';

interface Tally {
  readonly stream: StreamIdentity;
  /** Records of about the last day. */
  records: number;
  /** Index among those held against each other, −1 for none. */
  seat: number;
}

export class TenantCorrelations {
  readonly minutes = new TenantMinutes();
  readonly #perWeek: number;
  /** Made for two streams. */
  #changes: CorrelationChanges | undefined;
  readonly #tallies = new Map<string, Tally>();
  readonly #seats: string[] = [];
  /** Start and counts by seat of the last minutes, a ring. */
  readonly #recent: { readonly startMs: number; readonly counts: Float64Array }[] = [];
  #judged = 0;

  /** @param perWeek changes that may be told a week by chance */
  constructor(perWeek: number) {
    this.#perWeek = perWeek;
  }

  /** Streams that are not held against others, because the tenant has too many. */
  get unwatched(): number {
    return this.#tallies.size - this.#seats.length;
  }

  /** Judges the minutes that have become complete. */
  judge(): Drift[] {
    return [...this.minutes.complete()].flatMap((minute) => this.#judge(minute));
  }

  #judge(minute: TenantMinute): Drift[] {
    this.#count(minute);
    if (this.#judged++ % RESEAT_MINUTES === 0) this.#reseat();
    const counts = Float64Array.from(this.#seats, (key) => minute.windows.get(key)?.records ?? NaN);
    this.#recent.push({ startMs: minute.startMs, counts });
    if (this.#recent.length > RECENT) this.#recent.shift();
    if (counts.length < 2) return [];
    this.#changes ??= new CorrelationChanges(this.#perWeek);
    return this.#changes.take(counts).map((change) => this.#drift(minute.startMs + MINUTE_MS, change));
  }

  #count({ windows }: TenantMinute): void {
    for (const tally of this.#tallies.values()) tally.records *= KEEP;
    const unknown = [...windows.values()].filter(({ key }) => !this.#tallies.has(key));
    for (const { key, stream } of unknown.sort((a, b) => (a.key < b.key ? -1 : 1))) {
      const seat = this.#seats.length < MOST_STREAMS ? this.#seats.push(key) - 1 : -1;
      this.#tallies.set(key, { stream, records: 0, seat });
    }
    for (const [key, { records }] of windows) {
      const tally = this.#tallies.get(key);
      if (tally !== undefined && records > 0) tally.records += records;
    }
  }

  /** Gives the places of those with few records to others that have far more. */
  #reseat(): void {
    if (this.unwatched === 0) return;
    const waiting = [...this.#tallies].filter(([, { seat }]) => seat < 0).sort(([, a], [, b]) => b.records - a.records);
    for (const [key, tally] of waiting) {
      const least = this.#seats.reduce((one, other) => (this.#records(other) < this.#records(one) ? other : one));
      const seated = this.#tallies.get(least);
      if (seated === undefined || tally.records < seated.records * FAR_MORE) return;
      [tally.seat, seated.seat] = [seated.seat, -1];
      this.#seats[tally.seat] = key;
      this.#changes?.forget(tally.seat);
    }
  }

  #records(key: string): number {
    return this.#tallies.get(key)?.records ?? 0;
  }

  #drift(timeMs: number, { streams, others, expected, actual, steps }: CorrelationChange): Drift {
    const [stream, other] = streams.map((seat) => this.#stream(seat));
    const correlation: CorrelationDetail = {
      with: withoutTenant(other),
      others: others.map((seat) => withoutTenant(this.#stream(seat))),
      ...{ expected, actual, minutes: this.#telling(streams, steps) },
    };
    const sinceMs = timeMs - steps * MINUTE_MS;
    return { stream, timeMs, sinceMs, figure: 'correlation', test: 'CUSUM', shift: actual - expected, correlation };
  }

  #stream(seat: number): StreamIdentity {
    const tally = this.#tallies.get(this.#seats[seat]);
    if (tally === undefined) throw new RangeError(`no stream has seat ${seat}`);
    return tally.stream;
  }

  /** The minutes since the two parted in which they were furthest from their usual proportion, in order of time. */
  #telling([a, b]: readonly [number, number], steps: number): CorrelationDetail['minutes'] {
    const since = this.#recent
      .slice(-steps)
      .map(({ startMs, counts }) => ({ startMs, records: counts[a], otherRecords: counts[b] }))
      .filter(({ records, otherRecords }) => records >= 0 && otherRecords >= 0);
    const ratio = ({ records, otherRecords }: (typeof since)[number]): number =>
      Math.log((1 + records) / (1 + otherRecords));
    const mean = since.reduce((sum, minute) => sum + ratio(minute), 0) / since.length;
    const far = (minute: (typeof since)[number]): number => Math.abs(ratio(minute) - mean);
    return since
      .sort((x, y) => far(y) - far(x))
      .slice(0, MINUTES_SHOWN)
      .sort((x, y) => x.startMs - y.startMs);
  }
}

function withoutTenant({ tenant: _same, ...stream }: StreamIdentity): Omit<StreamIdentity, 'tenant'> {
  return stream;
}

const MINUTE_MS = 60_000;
const RECENT = 15;
const MINUTES_SHOWN = 3;
const RESEAT_MINUTES = 60;
const KEEP = 1 - 1 / 1_440;
const FAR_MORE = 1.5;
