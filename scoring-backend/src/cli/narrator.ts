/** What happens while `seismo start` runs, told as text for people or as JSON lines for programs. */
import type { Reloaded } from '@seismo/otel-processor/config-reload';
import type { Fault } from '../demo/fault.ts';
import type { Anomaly } from '../engine/outputs.ts';

export interface Doors {
  readonly httpUrl: string;
  readonly grpcUrl: string;
  readonly apiUrl: string;
  /** Where the web page is, or why it is not there. */
  readonly page: { readonly url: string } | { readonly missing: string };
  readonly dataDir: string;
  /** Where records go on to, `undefined` for nowhere. */
  readonly forwardUrl: string | undefined;
  /** Wanted ports that were taken, with what is listened on instead. */
  readonly moved: readonly { readonly purpose: string; readonly wanted: number; readonly got: number }[];
}

/** Totals since the start. */
export interface Progress {
  readonly records: number;
  readonly templates: number;
  readonly services: number;
  readonly windows: number;
  readonly anomalies: number;
}

/** A fault of the demo was found. */
export interface Finding {
  readonly fault: Fault;
  /** In which services, the first one first. */
  readonly services: readonly string[];
  readonly afterMs: number;
  /** Anomalies raised in the calm before the first fault, all of them false; `undefined` for later faults. */
  readonly calmAnomalies: number | undefined;
}

export interface Narrator {
  started(doors: Doors): void;
  /** The demo shop is open; the first fault comes after `calmSeconds`. */
  shopOpened(calmSeconds: number): void;
  progress(progress: Progress): void;
  /** The settings were read again. */
  reloaded(changes: Reloaded): void;
  /** What was found in the same moment. */
  anomalies(anomalies: readonly Anomaly[]): void;
  injected(fault: Fault): void;
  found(finding: Finding): void;
  notFound(fault: Fault, withinMs: number): void;
  recovered(fault: Fault, calmSeconds: number): void;
  stopping(): void;
}
