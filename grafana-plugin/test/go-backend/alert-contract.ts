/**
 * What Grafana's alerting needs of a time series answer: https://grafana.com/developers/dataplane/timeseries,
 * `timeseries-multi`. Frames that break it make a rule fail ("input data must be a wide series") or, worse, mix series.
 */
import type { Frame } from './arrow-frame.ts';

/** What is wrong with frames that an alert rule would get; empty when nothing is. No frames at all mean "no data". */
export function alertContractBreaches(frames: readonly Frame[]): string[] {
  const breaches: string[] = [];
  const series = new Set<string>();
  for (const [index, frame] of frames.entries()) {
    const at = `frame ${index}`;
    if (frame.meta.type !== 'timeseries-multi') breaches.push(`${at} is of type ${String(frame.meta.type)}`);
    if (JSON.stringify(frame.meta.typeVersion) !== '[0,1]') breaches.push(`${at} has no typeVersion [0,1]`);
    const times = frame.fields.filter(({ type }) => type === 'time');
    const numbers = frame.fields.filter(({ type }) => type === 'number');
    if (times.length !== 1) breaches.push(`${at} has ${times.length} time fields`);
    if (numbers.length !== 1) breaches.push(`${at} has ${numbers.length} number fields`);
    for (const { values } of times) {
      if (values.length === 0) breaches.push(`${at} has no rows`);
      const ascending = values.every((value, row) => row === 0 || Number(value) > Number(values[row - 1]));
      if (!ascending) breaches.push(`${at} has times that do not ascend`);
    }
    for (const { name, labels = {} } of numbers) {
      const identity = JSON.stringify([name, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
      if (series.has(identity)) breaches.push(`${at} repeats the labels ${identity}`);
      series.add(identity);
    }
  }
  return breaches;
}
