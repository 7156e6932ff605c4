/** Ticks and their words for the time axis, in the time zone of the dashboard. */
import { dateTimeFormat, type TimeZone } from '@grafana/data';
import { xOfTime, type TimeScale } from './geometry.ts';
import type { Palette } from './palette.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((n) => n * DAY),
];
/** Least pixels between two ticks. */
const APART = 90;

export interface Tick {
  readonly ms: number;
  readonly text: string;
}

export function ticks(scale: TimeScale, timeZone: TimeZone): Tick[] {
  const span = scale.toMs - scale.fromMs;
  const wanted = (span / Math.max(1, scale.width)) * APART;
  const step = STEPS_MS.find((candidate) => candidate >= wanted) ?? STEPS_MS[STEPS_MS.length - 1];
  const format = step < MINUTE ? 'HH:mm:ss' : step < DAY ? (span > DAY ? 'MM-DD HH:mm' : 'HH:mm') : 'MM-DD';
  const offset = zoneOffsetMs(scale.fromMs, timeZone);
  const first = Math.ceil((scale.fromMs + offset) / step) * step - offset;
  const list: Tick[] = [];
  for (let ms = first; ms <= scale.toMs; ms += step) list.push({ ms, text: dateTimeFormat(ms, { timeZone, format }) });
  return list;
}

export function paintAxis(
  context: CanvasRenderingContext2D,
  list: readonly Tick[],
  scale: TimeScale,
  palette: Palette,
): void {
  context.font = palette.font;
  context.textBaseline = 'top';
  context.fillStyle = palette.text;
  for (const { ms, text } of list) {
    const x = xOfTime(scale, ms);
    const half = context.measureText(text).width / 2;
    context.textAlign = x < half ? 'left' : x > scale.width - half ? 'right' : 'center';
    context.fillRect(x, 0, 1, 4);
    context.fillText(text, x, 8);
  }
}

/** What a time zone is ahead of UTC, so that days begin at its midnight. */
function zoneOffsetMs(ms: number, timeZone: TimeZone): number {
  const [sign, hours, minutes] =
    /([+-])(\d\d):(\d\d)/.exec(dateTimeFormat(ms, { timeZone, format: 'Z' }))?.slice(1) ?? [];
  return hours === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
}
