/** Time range and refresh of the page, and the clock that turns `now-1h` into times. */
import { useEffect, useMemo, useState } from 'react';
import { dateTime as dateTimeOf, rangeUtil, type RawTimeRange, type TimeRange, type TimeZone } from '@grafana/data';
import { RefreshPicker, TimeRangePicker } from '@grafana/ui';
import type { PageState } from './url-state.ts';

const INTERVALS = ['5s', '10s', '30s', '1m', '5m'];

export interface Clock {
  readonly range: TimeRange;
  readonly refresh: () => void;
}

/** The range of now; it moves at each refresh, and only then. */
export function useClock({ from, to, refresh }: PageState, timeZone: TimeZone): Clock {
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    if (refresh === '') return;
    const timer = setInterval(() => setBeat((n) => n + 1), Math.max(1000, rangeUtil.intervalToMs(refresh)));
    return () => clearInterval(timer);
  }, [refresh]);
  const range = useMemo(
    () => rangeUtil.convertRawToRange({ from: asTime(from), to: asTime(to) }, timeZone),
    // The beat is what makes `now` another time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [from, to, timeZone, beat],
  );
  return { range, refresh: () => setBeat((n) => n + 1) };
}

interface Props {
  readonly clock: Clock;
  readonly state: PageState;
  readonly timeZone: TimeZone;
  readonly loading: boolean;
  readonly onChange: (change: Partial<PageState>) => void;
}

export function TimeControl({ clock, state, timeZone, loading, onChange }: Props) {
  const { range } = clock;
  const span = range.to.valueOf() - range.from.valueOf();
  const show = (fromMs: number, toMs: number) =>
    onChange({ from: String(Math.round(fromMs)), to: String(Math.round(toMs)) });
  const raw = ({ from, to }: RawTimeRange) => onChange({ from: asText(from), to: asText(to) });
  return (
    <>
      <TimeRangePicker
        value={range}
        timeZone={timeZone}
        onChange={(next) => raw(next.raw)}
        onChangeTimeZone={() => undefined}
        onMoveBackward={() => show(range.from.valueOf() - span / 2, range.to.valueOf() - span / 2)}
        onMoveForward={() => show(range.from.valueOf() + span / 2, range.to.valueOf() + span / 2)}
        onZoom={() => show(range.from.valueOf() - span / 2, range.to.valueOf() + span / 2)}
      />
      <RefreshPicker
        value={state.refresh}
        intervals={INTERVALS}
        isLoading={loading}
        onRefresh={clock.refresh}
        onIntervalChanged={(refresh) => onChange({ refresh: INTERVALS.includes(refresh) ? refresh : '' })}
      />
    </>
  );
}

function asText(time: RawTimeRange['from']): string {
  return typeof time === 'string' ? time : String(time.valueOf());
}

function asTime(text: string): string | ReturnType<typeof dateTimeOf> {
  return /^\d+$/.test(text) ? dateTimeOf(Number(text)) : text;
}
