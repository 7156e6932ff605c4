import type { DetectorFamily } from '../detectors/families.ts';
import { DEFAULT_WINDOW_MODELS, type WindowModelName } from '../detectors/window-models.ts';
import { DEFAULT_THRESHOLD, type ThresholdSettings } from '../calibration/threshold.ts';

/** What can be set on an engine. Every field has a default; the values are part of what makes verdicts reproducible. */
export interface EngineSettings extends ThresholdSettings {
  /** Families of detectors that do not run. */
  readonly detectorsOff: readonly DetectorFamily[];
  /** The models that look at whole windows, in any order. */
  readonly windowModels: readonly WindowModelName[];
  /** False episodes accepted per service and week. */
  readonly budgetPerWeek: number;
  /** How long a window waits for records that come out of order, in ms of event time. */
  readonly latenessMs: number;
  /**
   * How far windows stay behind the ticks when no record comes, in ms. Longer than `latenessMs`, because a Collector
   * hands records over in batches: time goes on between two batches without anything being silent.
   */
  readonly idleLatenessMs: number;
  /** A record further than this beyond its stream's time, in ms, needs a second one that agrees before time moves. */
  readonly farAheadMs: number;
  /** Most empty 30 s windows closed in one jump of time; what is beyond is skipped. */
  readonly maxEmptyWindows: number;
  /** Most streams of their own; records beyond go to one overflow stream per tenant. */
  readonly maxStreams: number;
  /** Most templates kept per stream. */
  readonly maxTemplates: number;
  /** Bytes of a message that are read for its template. */
  readonly maxMessageBytes: number;
  /** Example lines kept per template, and the bytes kept of each. */
  readonly examplesPerTemplate: number;
  readonly maxExampleBytes: number;
  /** Bytes of example lines kept per stream. */
  readonly maxStreamExampleBytes: number;
  /** Attribute by which records are sessions, before their trace id; '': none is asked for first. */
  readonly sessionAttribute: string;
  /** Regular expression that finds the id of a session in a message (its first group if it has one); '' finds out by itself. */
  readonly sessionPattern: string;
  /** Event time without a record after which a session (a trace, the records of one id) has ended, in ms. */
  readonly sessionIdleMs: number;
  /** Most sessions open at once per stream; the one idle longest is ended early for a new one. */
  readonly maxOpenSessions: number;
  /** Records of one session that are looked at; further ones are counted only. */
  readonly maxSessionEvents: number;
  /** Most window verdicts, anomalies and gaps (of each) that wait to be taken; further ones are dropped and counted. */
  readonly maxPendingOutputs: number;
}

export const DEFAULT_ENGINE_SETTINGS: EngineSettings = {
  detectorsOff: [],
  windowModels: DEFAULT_WINDOW_MODELS,
  budgetPerWeek: 1,
  ...DEFAULT_THRESHOLD,
  latenessMs: 5_000,
  idleLatenessMs: 15_000,
  farAheadMs: 3_600_000,
  maxEmptyWindows: 120,
  maxStreams: 1_000,
  maxTemplates: 10_000,
  maxMessageBytes: 8_192,
  examplesPerTemplate: 3,
  maxExampleBytes: 1_024,
  maxStreamExampleBytes: 4_194_304,
  sessionAttribute: '',
  sessionPattern: '',
  sessionIdleMs: 60_000,
  maxOpenSessions: 16_384,
  maxSessionEvents: 256,
  maxPendingOutputs: 250_000,
};

/**
 * The defaults with some fields set otherwise.
 * @throws RangeError naming the field, what was expected and what came.
 */
export function engineSettings(changes: Partial<EngineSettings> = {}): EngineSettings {
  const settings = { ...DEFAULT_ENGINE_SETTINGS, ...changes };
  for (const [name, value] of Object.entries(settings) as [keyof EngineSettings, unknown][])
    if (typeof value === 'number' && !(value > 0) && !(name === 'latenessMs' && value === 0))
      throw new RangeError(`engine.${name} must be greater than 0, got ${value}`);
  const { sessionAttribute } = settings;
  if (Buffer.byteLength(sessionAttribute) > LONGEST_NAME)
    throw new RangeError(
      `engine.sessionAttribute must have at most ${LONGEST_NAME} bytes, got ${Buffer.byteLength(sessionAttribute)}`,
    );
  for (const name of ['thresholdScore', 'thresholdQuantile'] as const)
    if (settings[name] >= 1) throw new RangeError(`engine.${name} must be less than 1, got ${settings[name]}`);
  try {
    new RegExp(settings.sessionPattern);
  } catch (cause) {
    throw new RangeError(`engine.sessionPattern must be a regular expression, got ${settings.sessionPattern}`, {
      cause,
    });
  }
  return settings;
}

/** Names of attributes that are looked for, in bytes (record-keys.ts of the processor). */
const LONGEST_NAME = 127;
