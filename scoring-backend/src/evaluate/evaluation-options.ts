/** What is to be evaluated, as the command line says it, checked. */
import { WrongUsage } from '../cli/exit-codes.ts';
import { WINDOW_SIZES } from '../engine/outputs.ts';
import { DEFAULT_ENGINE_SETTINGS, type EngineSettings } from '../engine/settings.ts';

export const FORMATS = ['lines', 'csv', 'jsonl', 'sequences', 'values'] as const;
export const UNITS = ['line', 'session', 'window', 'file'] as const;
export type Format = (typeof FORMATS)[number];
export type Unit = (typeof UNITS)[number];

/** The flags as they came. */
export interface EvaluationFlags {
  readonly train?: readonly string[];
  readonly test?: readonly string[];
  readonly testNormal?: readonly string[];
  readonly testAbnormal?: readonly string[];
  readonly format?: string;
  readonly valueColumn?: string;
  readonly unit?: string;
  readonly sessionPattern?: string;
  readonly window?: string;
  readonly labelPrefix?: string;
  readonly labelColumn?: string;
  readonly labels?: string;
  readonly warmUp?: string;
  readonly seed?: string;
}

export interface EvaluationOptions {
  readonly train: readonly string[];
  readonly test: readonly string[];
  readonly testNormal: readonly string[];
  readonly testAbnormal: readonly string[];
  readonly format: Format;
  readonly unit: Unit;
  readonly valueColumn: string | undefined;
  readonly sessionPattern: RegExp | undefined;
  readonly window: WindowLength | undefined;
  readonly labelPrefix: string | undefined;
  readonly labelColumn: string | undefined;
  /** A file of ids and labels. */
  readonly labels: string | undefined;
  /** Share of the test units, in order, that is learned without being judged. */
  readonly warmUp: number;
  /** Test units are judged on what training taught, and not learned from. */
  readonly frozen: boolean;
  /** Of the baseline "random". */
  readonly seed: number;
  /** Of the engine that judges. */
  readonly engine: EngineSettings;
}

export type WindowLength = { readonly lines: number } | { readonly ms: number };

/** @throws WrongUsage that names the flag, what was expected and what came */
export function evaluationOptions(
  flags: EvaluationFlags,
  engine: EngineSettings = DEFAULT_ENGINE_SETTINGS,
): EvaluationOptions {
  const { train = [], test = [], testNormal = [], testAbnormal = [] } = flags;
  if (test.length + testNormal.length + testAbnormal.length === 0)
    throw new WrongUsage('name a protocol, or files to judge with --test, or --test-normal and --test-abnormal');
  if (test.length > 0 && testNormal.length + testAbnormal.length > 0)
    throw new WrongUsage('--test and --test-normal/--test-abnormal exclude each other: name every test file once');
  const format = oneOf('--format', flags.format ?? 'lines', FORMATS);
  const unit = oneOf('--unit', flags.unit ?? usualUnit(format, flags), UNITS);
  const { valueColumn, labelPrefix, labelColumn, labels } = flags;
  checkUnit(format, unit, flags);
  if (valueColumn !== undefined && format !== 'values' && format !== 'csv')
    throw new WrongUsage(`--value-column is for --format values and csv, got --format ${format}`);
  if (labelPrefix !== undefined && format !== 'lines')
    throw new WrongUsage(`--label-prefix is for --format lines, got --format ${format}`);
  if (labelPrefix !== undefined && /^$|\s/.test(labelPrefix))
    throw new WrongUsage(`--label-prefix must be the first column of normal lines, such as '-', got '${labelPrefix}'`);
  if (labelColumn !== undefined && (format === 'lines' || format === 'sequences'))
    throw new WrongUsage(`--label-column is for --format csv, jsonl and values, got --format ${format}`);
  return {
    ...{ train, test, testNormal, testAbnormal, format, unit, valueColumn, labelPrefix, labelColumn, labels },
    sessionPattern: flags.sessionPattern === undefined ? undefined : patternOf(flags.sessionPattern),
    window: flags.window === undefined ? undefined : windowOf(flags.window),
    warmUp: warmUpOf(flags.warmUp, train.length === 0),
    frozen: train.length > 0 && flags.warmUp === undefined,
    seed: seedOf(flags.seed),
    engine,
  };
}

function usualUnit(format: Format, { window, sessionPattern }: EvaluationFlags): Unit {
  if (format === 'sequences') return 'session';
  if (window !== undefined) return 'window';
  return sessionPattern !== undefined ? 'session' : 'line';
}

function checkUnit(format: Format, unit: Unit, { window, sessionPattern }: EvaluationFlags): void {
  if (format === 'sequences' && unit !== 'session')
    throw new WrongUsage(`--unit must be session for --format sequences, got ${unit}`);
  if (format === 'values' && unit !== 'line')
    throw new WrongUsage(`--unit must be line for --format values, got ${unit}`);
  if (unit === 'window' && window === undefined)
    throw new WrongUsage('--unit window needs --window, such as 100l or 60s');
  if (unit !== 'window' && window !== undefined)
    throw new WrongUsage(`--window is for --unit window, got --unit ${unit}`);
  const needsPattern = unit === 'session' && format !== 'sequences';
  if (needsPattern && sessionPattern === undefined)
    throw new WrongUsage("--unit session needs --session-pattern, such as 'blk_-?[0-9]+'");
  if (!needsPattern && sessionPattern !== undefined)
    throw new WrongUsage(`--session-pattern is for --unit session of lines, got --unit ${unit} --format ${format}`);
}

function oneOf<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new WrongUsage(`${flag} must be one of ${allowed.join(', ')}, got ${value}`);
  return found;
}

function patternOf(source: string): RegExp {
  try {
    return new RegExp(source, 'g');
  } catch (cause) {
    throw new WrongUsage(`--session-pattern: ${(cause as Error).message}`, { cause });
  }
}

/** "100l", "60s", "5m". */
function windowOf(text: string): WindowLength {
  const match = /^(\d+)(l|s|m)$/.exec(text);
  const number = Number(match?.[1]);
  if (match === null || number < 1)
    throw new WrongUsage(`--window must be lines or seconds, such as 100l or 60s, got ${text}`);
  if (match[2] === 'l') {
    if (number > MOST_LINES) throw new WrongUsage(`--window must be at most ${MOST_LINES}l, got ${text}`);
    return { lines: number };
  }
  const ms = number * (match[2] === 'm' ? 60_000 : 1_000);
  if (!WINDOW_SIZES.some((size) => size === ms))
    throw new WrongUsage(
      `--window must be one of the engine's sizes, ${WINDOW_SIZES.map((size) => `${size / 1000}s`).join(', ')}, or a number of lines, got ${text}`,
    );
  return { ms };
}

const MOST_LINES = 1_000_000;

function warmUpOf(text: string | undefined, alone: boolean): number {
  if (text === undefined) return alone ? USUAL_WARM_UP : 0;
  const share = Number(text);
  if (text.trim() === '' || !(share >= 0 && share < 1))
    throw new WrongUsage(`--warm-up must be a share from 0 to below 1, got ${text}`);
  return share;
}

/** Without training data, this share of the test data is learned first. */
const USUAL_WARM_UP = 0.2;

function seedOf(text: string | undefined): number {
  if (text === undefined) return 1;
  if (!/^\d{1,9}$/.test(text)) throw new WrongUsage(`--seed must be a whole number from 0 to 999999999, got ${text}`);
  return Number(text);
}
