/** The query editor of the datasource, and what a query answers. */
import { useState } from 'react';
import { css } from '@emotion/css';
import { CoreApp, EventBusSrv, getTimeZone, LoadingState, type GrafanaTheme2, type PanelData } from '@grafana/data';
import { Alert, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import type { WindowField } from '@seismo/scoring-backend/api';
import type { QueryEditor } from '../src/datasource/query-editor.tsx';
import { FIELDS, type SeismoQuery } from '../src/datasource/query.ts';
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

export function ExploreView() {
  const loaded = useLoaded(async () => ({ datasource: await seismoDatasource(), panel: await importPlugin(PANEL_ID) }));
  const linked = useState(() => paneOf(new URLSearchParams(location.search).get('panes')))[0];
  const [urlState, change] = useUrlState();
  const [followed, setFollowed] = useState(linked?.range !== undefined);
  const state = followed && linked?.range ? { ...urlState, ...linked.range } : urlState;
  const clock = useClock(state, getTimeZone());
  const [query, setQuery] = useState<SeismoQuery>({
    refId: 'A',
    queryType: 'scores',
    field: 'score',
    ...linked?.query,
  });
  const [asked, setAsked] = useState(query);
  const data = usePanelData([asked], clock.range, 1500);
  const [ref, width] = useWidth();
  const [bus] = useState(() => new EventBusSrv());
  const styles = useStyles2(getStyles);
  const { field = 'score' } = asked;
  const setRange = (next: Partial<typeof state>) => {
    setFollowed(false);
    change({ ...state, ...next });
  };
  if (!loaded) return <LoadingPlaceholder text="Loading the plugin" />;
  const Editor = loaded.datasource.components?.QueryEditor as unknown as typeof QueryEditor;
  return (
    <WorkbenchPage
      pageNav={{ text: 'Explore' }}
      actions={
        <TimeControl
          clock={clock}
          state={state}
          timeZone={getTimeZone()}
          loading={data.state === 'Loading'}
          onChange={setRange}
        />
      }
    >
      <div ref={ref}>
        <Editor
          datasource={loaded.datasource}
          query={query}
          app={CoreApp.Explore}
          range={clock.range}
          onChange={(next) => {
            setQuery(next);
            // The editor runs a query right after it changed it, before this component has rendered anew.
            setAsked(next);
          }}
          onRunQuery={() => undefined}
        />
        <Trouble data={data} />
        {width === 0 || data.series.length === 0 ? null : asked.queryType === 'scores' ? (
          <div className={styles.results}>
            <TimeSeriesPanel
              title={titleOf(field)}
              field={field}
              data={data}
              width={width}
              height={320}
              onZoom={(from, to) => setRange({ from: String(Math.round(from)), to: String(Math.round(to)) })}
            />
            {field === 'score' ? (
              <PanelHost
                plugin={loaded.panel}
                title="Seismograph"
                data={data}
                width={width}
                height={380}
                eventBus={bus}
                onTimeRange={({ from, to }) => setRange({ from: String(from.valueOf()), to: String(to.valueOf()) })}
              />
            ) : null}
          </div>
        ) : (
          data.series.map((frame, i) => <ResultTable key={i} frame={frame} width={width} height={600} />)
        )}
      </div>
    </WorkbenchPage>
  );
}

function Trouble({ data }: { data: PanelData }) {
  const problem = data.errors?.[0]?.message;
  if (problem) return <Alert severity="error" title={problem} />;
  if (data.state === LoadingState.Done && data.series.length === 0)
    return <Alert severity="info" title="No data in this time range" />;
  return null;
}

function titleOf(field: WindowField): string {
  return FIELDS.find(({ value }) => value === field)?.label ?? field;
}

interface Pane {
  readonly query?: Partial<SeismoQuery>;
  readonly range?: { readonly from: string; readonly to: string };
}

/** The first query of a link to Explore, as Grafana writes them. */
function paneOf(text: string | null): Pane | undefined {
  if (text === null) return undefined;
  try {
    const panes = JSON.parse(text) as Record<string, { queries?: Partial<SeismoQuery>[]; range?: Pane['range'] }>;
    const { queries, range } = Object.values(panes)[0] ?? {};
    return { ...(queries?.[0] ? { query: queries[0] } : {}), ...(range ? { range } : {}) };
  } catch {
    return undefined;
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  results: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), marginTop: theme.spacing(1) }),
});
