/** The panel plugin on a dashboard: its options, the variable `$service`, and a second panel that shares the crosshair. */
import { useEffect, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import {
  CustomVariableSupport,
  EventBusSrv,
  FieldColorModeId,
  getTimeZone,
  type FieldConfigSource,
  type PanelData,
} from '@grafana/data';
import { LoadingPlaceholder, MultiSelect, PanelChrome, useStyles2 } from '@grafana/ui';
import { lastValueFrom } from 'rxjs';
import type { SeismoQuery } from '../src/datasource/query.ts';
import { requestFor } from '../src/datasource/request.ts';
import { TimeControl, useClock } from '../src/overview/time-control.tsx';
import { useUrlState } from '../src/overview/url-state.ts';
import { useWidth } from '../src/overview/use-width.ts';
import { seismoDatasource } from './data-sources.ts';
import { usePanelData } from './panel-data.ts';
import { PanelHost } from './panel-host.tsx';
import { importPlugin, PANEL_ID } from './plugin-loader.ts';
import { WorkbenchPage } from './plugin-page.tsx';
import { ResultTable } from './result-table.tsx';
import { TimeSeriesPanel } from './time-series-panel.tsx';
import { useLoaded } from './use-loaded.ts';
import { chosen } from './variables.ts';

const QUERIES: readonly SeismoQuery[] = [
  { refId: 'A', queryType: 'scores', field: 'score', services: ['$service'], limit: 1000 },
  { refId: 'B', queryType: 'scores', field: 'margin', services: ['$service'], limit: 1000 },
  { refId: 'C', queryType: 'scores', field: 'confidence', services: ['$service'], limit: 1000 },
  { refId: 'D', queryType: 'anomalies', services: ['$service'], limit: 1000 },
  { refId: 'E', queryType: 'logs', services: ['$service'], limit: 200 },
];
const GAP = 16;
/** Below this two panels side by side are too narrow to be read. */
const TWO_COLUMNS_FROM = 1100;
const SCHEME: FieldConfigSource = {
  defaults: { color: { mode: FieldColorModeId.ContinuousBlYlRd } },
  overrides: [],
};

export function DashboardView() {
  const plugin = useLoaded(() => importPlugin(PANEL_ID));
  const [state, change] = useUrlState();
  const timeZone = getTimeZone();
  const clock = useClock(state, timeZone);
  const [ref, width] = useWidth();
  chosen.service = state.services;
  // The choice is part of the key: the queries themselves only say `$service`.
  const queries = useMemo(() => QUERIES.map((query) => ({ ...query, key: state.services.join() })), [state.services]);
  const data = usePanelData(queries, clock.range, 1500);
  const dashboardBus = useMemo(() => new EventBusSrv(), []);
  const buses = useMemo(
    () => [1, 2].map((id) => dashboardBus.newScopedBus(`panel-${id}`, { onlyLocal: false })),
    [dashboardBus],
  );
  const styles = useStyles2(getStyles);
  const panels = useMemo(
    () => ({ strips: only(data, 'A', 'B', 'C', 'D'), margin: only(data, 'B'), lines: only(data, 'E') }),
    [data],
  );
  const half = width < TWO_COLUMNS_FROM ? width : (width - GAP) / 2;
  const onTimeRange = ({ from, to }: { from: { valueOf(): number }; to: { valueOf(): number } }) =>
    change({ from: String(from.valueOf()), to: String(to.valueOf()) });
  return (
    <WorkbenchPage
      pageNav={{ text: 'Dashboard' }}
      actions={
        <>
          <ServiceVariable
            services={state.services}
            range={clock.range}
            onChange={(services) => change({ services })}
          />
          <TimeControl
            clock={clock}
            state={state}
            timeZone={timeZone}
            loading={data.state === 'Loading'}
            onChange={change}
          />
        </>
      }
    >
      <div ref={ref} className={styles.panels}>
        {plugin && width > 0 ? (
          <>
            <PanelHost
              plugin={plugin}
              title="Seismograph"
              data={panels.strips}
              width={width}
              height={320}
              eventBus={buses[0]}
              onTimeRange={onTimeRange}
              withOptions
            />
            <TimeSeriesPanel
              title="Margin, with the line above which a window is an anomaly"
              field="margin"
              data={panels.margin}
              width={half}
              height={300}
              onZoom={(from, to) => change({ from: String(Math.round(from)), to: String(Math.round(to)) })}
            />
            <TablePanel title="Lines behind the anomalies" data={panels.lines} width={half} height={300} />
            <PanelHost
              plugin={plugin}
              title="Seismograph by name, in the colours of the field options"
              data={panels.strips}
              options={{ palette: 'field', order: 'name' }}
              fieldConfig={SCHEME}
              width={width}
              height={300}
              eventBus={buses[1]}
              onTimeRange={onTimeRange}
            />
          </>
        ) : (
          <LoadingPlaceholder text="Loading the plugin" />
        )}
      </div>
    </WorkbenchPage>
  );
}

/** What one of the dashboard's panels asked for; all of them ask in one request. */
function only(data: PanelData, ...refIds: readonly string[]): PanelData {
  return { ...data, series: data.series.filter(({ refId = '' }) => refIds.includes(refId)) };
}

interface TableProps {
  readonly title: string;
  readonly data: PanelData;
  readonly width: number;
  readonly height: number;
}

function TablePanel({ title, data, width, height }: TableProps) {
  return (
    <PanelChrome title={title} width={width} height={height} loadingState={data.state}>
      {(innerWidth, innerHeight) =>
        data.series.length > 0 ? (
          <ResultTable frame={data.series[0]} width={innerWidth} height={innerHeight} />
        ) : (
          <p>None in this time range.</p>
        )
      }
    </PanelChrome>
  );
}

interface VariableProps {
  readonly services: readonly string[];
  readonly range: ReturnType<typeof useClock>['range'];
  readonly onChange: (services: string[]) => void;
}

/** The variable, filled by the datasource's own support for variables. */
function ServiceVariable({ services, range, onChange }: VariableProps) {
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    let current = true;
    const load = async () => {
      const { variables } = await seismoDatasource();
      if (!(variables instanceof CustomVariableSupport)) return [];
      const answer = await lastValueFrom(
        variables.query(requestFor([{ refId: 'variable', kind: 'services' } as SeismoQuery], range, 1) as never),
      );
      return (answer.data as { text: string }[]).map(({ text }) => text).filter((name) => name !== '');
    };
    load().then(
      (found) => {
        if (current) setNames(found);
      },
      // The panels tell what is wrong with the backend; a picker without choices needs no second message.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [range]);
  return (
    <MultiSelect
      aria-label="service"
      width={32}
      placeholder="$service: All"
      options={names.map((name) => ({ label: name, value: name }))}
      value={[...services]}
      onChange={(picked) => onChange(picked.flatMap(({ value }) => (value ? [value] : [])))}
    />
  );
}

const getStyles = () => ({
  panels: css({ display: 'flex', flexWrap: 'wrap', gap: GAP }),
});
