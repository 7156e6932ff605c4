/** The query editor of the datasource, and what a query answers. */
import { useState } from 'react';
import { CoreApp, EventBusSrv, getTimeZone, type PanelData } from '@grafana/data';
import { Alert, LoadingPlaceholder } from '@grafana/ui';
import type { QueryEditor } from '../src/datasource/query-editor.tsx';
import type { SeismoQuery } from '../src/datasource/query.ts';
import { TimeControl, useClock } from '../src/overview/time-control.tsx';
import { useUrlState } from '../src/overview/url-state.ts';
import { useWidth } from '../src/overview/use-width.ts';
import { seismoDatasource } from './data-sources.ts';
import { usePanelData } from './panel-data.ts';
import { PanelHost } from './panel-host.tsx';
import { importPlugin, PANEL_ID } from './plugin-loader.ts';
import { WorkbenchPage } from './plugin-page.tsx';
import { ResultTable } from './result-table.tsx';
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
        <Result data={data} asked={asked} />
        {asked.queryType === 'scores' && data.series.length > 0 && width > 0 ? (
          <PanelHost
            plugin={loaded.panel}
            title={asked.field ?? 'score'}
            data={data}
            width={width}
            height={420}
            eventBus={bus}
            onTimeRange={({ from, to }) => setRange({ from: String(from.valueOf()), to: String(to.valueOf()) })}
          />
        ) : null}
      </div>
    </WorkbenchPage>
  );
}

function Result({ data, asked }: { data: PanelData; asked: SeismoQuery }) {
  const problem = data.errors?.[0]?.message;
  if (problem) return <Alert severity="error" title={problem} />;
  if (data.state === 'Done' && data.series.length === 0)
    return <Alert severity="info" title="No data in this time range" />;
  if (asked.queryType === 'scores' && (asked.field ?? 'score') === 'score') return null;
  return (
    <>
      {data.series.map((frame, i) => (
        <ResultTable key={i} frame={frame} />
      ))}
    </>
  );
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
