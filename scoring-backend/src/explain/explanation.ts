/** Why a unit is odd, beyond its reasons: plain data, kept with the anomaly. */

/** What one feature adds to the oddness of a unit. */
export interface Contribution {
  /** A figure of `windows/features.ts` ("response_time_p95"), or "log_vector", the mix of messages. */
  readonly feature: string;
  /** Part of all that makes the unit odd, at most 1; below 0 when the feature speaks for normal. */
  readonly share: number;
  /** In the figure's unit: records, share, users, bits, ms, templates, bytes; of the log vector the cosine to the usual one. */
  readonly expected: number;
  readonly actual: number;
}

/** The test of an explanation: the same verdict without the causes that were named. */
export interface Check {
  /** "without “payment <*> timed out” beyond its usual 3 records". */
  readonly without: string;
  /** M as it is, and M of the unit with the named causes at what is expected. */
  readonly before: number;
  readonly after: number;
  /** True: removing them changes little, so the reasons do not explain the verdict. */
  readonly weak: boolean;
  /** "rarity 10^−7.2 → 10^−0.4 without …", or that it changes little. */
  readonly text: string;
}

/** The normal unit most like this one. */
export interface NearestNormal {
  /** When it was; left out where only its kind is known, not the time. */
  readonly startMs?: number;
  readonly endMs?: number;
  /** What it is and how it differs, in words; of windows the differences say it. */
  readonly text?: string;
  /** What differs most from the anomaly: `expected` is the normal unit's, `actual` the anomaly's. */
  readonly differences: readonly Contribution[];
}

/** A template that drove the verdict. */
export interface Driver {
  readonly templateId: string;
  readonly template: string;
  readonly expected: number;
  readonly actual: number;
}

export interface Explanation {
  readonly contributions: readonly Contribution[];
  readonly drivers: readonly Driver[];
  readonly check?: Check;
  readonly nearestNormal?: NearestNormal;
}
