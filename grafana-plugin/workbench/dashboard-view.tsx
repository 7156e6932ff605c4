/** The panel plugin on a dashboard: its options, the variable `$service`, and a second panel that shares the crosshair. */
import { useEffect, useMemo, useState } from 'react';
import {
  CustomVariableSupport,
  EventBusSrv,
  FieldColorModeId,
  getTimeZone,
  type FieldConfigSource,
} from '@grafana/data';
import { LoadingPlaceholder, MultiSelect } from '@grafana/ui';
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
import { useLoaded } from './use-loaded.ts';
import { chosen } from './variables.ts';

const QUERIES: readonly SeismoQuery[] = [
  { refId: 'A', queryType: 'scores', field: 'score', services: ['$service'], limit: 1000 },
  { refId: 'B', queryType: 'scores', field: 'margin', services: ['$service'], limit: 1000 },
  { refId: 'C', queryType: 'scores', field: 'confidence', services: ['$service'], limit: 1000 },
  { refId: 'D', queryType: 'anomalies', services: ['$service'], limit: 1000 },
];
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
      <div ref={ref}>
        {plugin && width > 0 ? (
          <>
            <PanelHost
              plugin={plugin}
              title="Seismograph"
              data={data}
              width={width}
              height={380}
              eventBus={buses[0]}
              onTimeRange={onTimeRange}
              withOptions
            />
            <div style={{ height: 16 }} />
            <PanelHost
              plugin={plugin}
              title="Seismograph by name, in the colours of the field options"
              data={data}
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
