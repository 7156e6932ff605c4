/** What a scan hands to its report. */
import type { Anomaly } from '../engine/outputs.ts';

/** Where a line stands. */
export interface LinePlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Do the lines of this file have times? */
  readonly timed: boolean;
}

export interface ScanTotals {
  readonly files: readonly string[];
  /** Files whose lines hold no time. */
  readonly untimed: readonly string[];
  readonly lines: number;
  readonly services: number;
  readonly templates: number;
  /** Event time covered; infinite and reversed when there was none. */
  readonly fromMs: number;
  readonly toMs: number;
  /** How long it took. */
  readonly seconds: number;
}

export interface ScanReport {
  /** Takes an anomaly as it is found; resolves when there is room for more. */
  anomaly(anomaly: Anomaly, place: (line: number) => LinePlace | undefined): Promise<void>;
  done(totals: ScanTotals): void;
}
