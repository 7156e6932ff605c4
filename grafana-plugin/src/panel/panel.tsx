/** The panel: Grafana's data, time range and crosshair on one side, the Seismograph on the other. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import {
  DashboardCursorSync,
  DataHoverClearEvent,
  DataHoverEvent,
  LoadingState,
  type EventBus,
  type PanelData,
  type PanelProps,
} from '@grafana/data';
import { usePanelContext, useTheme2 } from '@grafana/ui';
import { EvidenceDrawer } from '../evidence/evidence-drawer.tsx';
import { evidenceSourceOf, type EvidenceSource } from '../evidence/evidence-source.ts';
import type { SeismoQuery } from '../datasource/query.ts';
import { useIsCold } from '../evidence/use-is-cold.ts';
import { NothingToShow } from '../seismograph/nothing-to-show.tsx';
import { makePalette } from '../seismograph/palette.ts';
import { Seismograph } from '../seismograph/seismograph.tsx';
import type { WindowPoint } from '../seismograph/window-point.ts';
import { stripRows, type AskedFields, type StripRow } from '../verdicts/strip-rows.ts';
import type { SeismographOptions } from './options.ts';

export function SeismographPanel(props: PanelProps<SeismographOptions>) {
  const { data, options, timeRange, timeZone, width, height, eventBus, onChangeTimeRange } = props;
  const theme = useTheme2();
  const [opened, setOpened] = useState<WindowPoint>();
  const source = useEvidenceSource(data);
  const { sync } = usePanelContext();
  const crosshairMs = useCrosshair(eventBus, sync?.() !== DashboardCursorSync.Off);

  const rows = useMemo(
    () => stripRows(data.series, askedFields(data), options.order).slice(0, options.maxRows),
    [data, options.order, options.maxRows],
  );
  const scoreField = rows[0]?.series.score?.field;
  const palette = useMemo(() => makePalette(theme, options.palette, scoreField), [theme, options.palette, scoreField]);
  const loadLane = useCallback(
    (row: StripRow) => (source ? source.lane(row, timeRange, width) : Promise.resolve({})),
    [source, timeRange, width],
  );

  const isEmpty = rows.every((row) => !row.series.score);
  const cold = useIsCold(source, isEmpty && data.state === LoadingState.Done);
  if (isEmpty) return <NothingToShow {...whyEmpty(data, rows, cold)} width={width} height={height} />;
  return (
    <>
      <Seismograph
        rows={rows}
        fromMs={timeRange.from.valueOf()}
        toMs={timeRange.to.valueOf()}
        width={width}
        height={height}
        timeZone={timeZone}
        palette={palette}
        rowHeight={options.rowHeight}
        crosshairMs={crosshairMs}
        loadLane={loadLane}
        onHover={(ms) => publishHover(eventBus, ms)}
        onZoom={(from, to) => onChangeTimeRange({ from: Math.round(from), to: Math.round(to) })}
        onOpen={setOpened}
      />
      <EvidenceDrawer point={opened} source={source} timeZone={timeZone} onClose={() => setOpened(undefined)} />
    </>
  );
}

function useEvidenceSource(data: PanelData): EvidenceSource | undefined {
  const [source, setSource] = useState<EvidenceSource>();
  const refs = data.request?.targets.map(({ datasource }) => datasource) ?? [];
  const key = JSON.stringify(refs);
  useEffect(() => {
    let current = true;
    evidenceSourceOf(JSON.parse(key)).then(
      (found) => {
        if (current) setSource(found);
      },
      () => {
        // A datasource that was deleted: the drawer says that there is none.
        if (current) setSource(undefined);
      },
    );
    return () => {
      current = false;
    };
  }, [key]);
  return source;
}

/** A time that another panel of the dashboard points at, unless the dashboard shares no crosshair. */
function useCrosshair(eventBus: EventBus, shared: boolean): number | undefined {
  const [ms, setMs] = useState<number>();
  useEffect(() => {
    if (!shared) return setMs(undefined);
    const hover = eventBus.getStream(DataHoverEvent).subscribe(({ payload, origin }) => {
      const time: unknown = payload.point?.['time'];
      if (origin !== eventBus && typeof time === 'number') setMs(time);
    });
    const clear = eventBus.getStream(DataHoverClearEvent).subscribe(() => setMs(undefined));
    return () => {
      hover.unsubscribe();
      clear.unsubscribe();
    };
  }, [eventBus, shared]);
  return ms;
}

function publishHover(eventBus: EventBus, ms: number | undefined): void {
  if (ms === undefined) eventBus.publish(new DataHoverClearEvent());
  else eventBus.publish(new DataHoverEvent({ point: { time: ms } }));
}

function askedFields(data: PanelData): AskedFields {
  const targets = (data.request?.targets ?? []) as SeismoQuery[];
  return Object.fromEntries(targets.map(({ refId, field }) => [refId, field]));
}

function whyEmpty(data: PanelData, rows: readonly StripRow[], cold: boolean) {
  const problem = data.errors?.[0] ?? data.error;
  if (problem)
    return { kind: 'failed' as const, message: problem.message ?? problem.data?.message ?? 'The query failed.' };
  if (data.state === LoadingState.Loading || data.state === LoadingState.NotStarted)
    return { kind: 'loading' as const };
  if (rows.length > 0 || data.series.some(({ length }) => length > 0)) return { kind: 'otherData' as const };
  return { kind: cold ? ('cold' as const) : ('empty' as const) };
}
