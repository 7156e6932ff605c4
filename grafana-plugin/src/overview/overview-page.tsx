/** The page of the app: what is wrong now, where, since when, and the Seismograph under it. */
import { useCallback, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { getTimeZone, type GrafanaTheme2 } from '@grafana/data';
import { PluginPage } from '@grafana/runtime';
import { Alert, LinkButton, MultiSelect, Select, useStyles2, useTheme2 } from '@grafana/ui';
import type { WireAnomaly } from '@seismo/scoring-backend/api';
import { EvidenceDrawer } from '../evidence/evidence-drawer.tsx';
import { sourceOver } from '../evidence/evidence-source.ts';
import { useIsCold } from '../evidence/use-is-cold.ts';
import { NothingToShow } from '../seismograph/nothing-to-show.tsx';
import { makePalette } from '../seismograph/palette.ts';
import { Seismograph } from '../seismograph/seismograph.tsx';
import { pointAt, type WindowPoint } from '../seismograph/window-point.ts';
import { streamKey } from '../verdicts/stream.ts';
import type { StripRow } from '../verdicts/strip-rows.ts';
import { AffectedServices } from './affected-services.tsx';
import { AnomaliesNow } from './anomalies-now.tsx';
import { Card } from './card.tsx';
import { DailyTrend } from './daily-trend.tsx';
import { useDatasource } from './datasource-choice.ts';
import { useOverviewData, type Loaded } from './overview-data.ts';
import { TimeControl, useClock } from './time-control.tsx';
import { useUrlState } from './url-state.ts';
import { useWidth } from './use-width.ts';

const ROW_HEIGHT = 22;
const MAX_HEIGHT = 640;
const NO_ROWS: readonly StripRow[] = [];

export default function OverviewPage() {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [state, change] = useUrlState();
  const timeZone = getTimeZone();
  const clock = useClock(state, timeZone);
  const choice = useDatasource(state.datasource);
  const loaded = useOverviewData(choice.datasource, clock.range, state.services);
  const [ref, width] = useWidth();
  const [opened, setOpened] = useState<WindowPoint>();

  const source = useMemo(() => choice.datasource && sourceOver(choice.datasource), [choice.datasource]);
  const palette = useMemo(() => makePalette(theme, 'seismo', undefined), [theme]);
  const rows = loaded.data?.rows ?? NO_ROWS;
  const range = loaded.data?.range ?? clock.range;
  const cold = useIsCold(source, loaded.state === 'done' && rows.length === 0);
  const loadLane = useCallback(
    (row: StripRow) => (source ? source.lane(row, range, width) : Promise.resolve({})),
    [source, range, width],
  );

  if (choice.names.length === 0) return <NoDatasource />;
  const openAnomaly = (anomaly: WireAnomaly) => {
    const row = rows.find(({ key }) => key === streamKey(anomaly));
    if (row) setOpened({ ...pointAt(row, anomaly.startMs), startMs: anomaly.startMs, endMs: anomaly.endMs });
  };
  const problem = choice.problem ?? (loaded.state === 'failed' ? loaded.message : undefined);
  const toMs = range.to.valueOf();
  const body = (
    <>
      {problem && rows.length > 0 ? (
        <Alert severity="error" title="These are not the latest data">
          {problem}
        </Alert>
      ) : null}
      {loaded.data ? (
        <div className={styles.cards}>
          <AnomaliesNow
            anomalies={loaded.data.anomalies}
            rows={rows}
            toMs={toMs}
            timeZone={timeZone}
            onOpen={openAnomaly}
          />
          <AffectedServices rows={rows} onChoose={(service) => change({ services: [service] })} />
          <DailyTrend starts={loaded.data.trend} isCut={loaded.data.trendIsCut} toMs={toMs} timeZone={timeZone} />
        </div>
      ) : null}
      <Card title="Seismograph" note="rarity of each window, by service; drag to zoom, click for the evidence">
        {rows.length === 0 ? (
          <NothingToShow {...whyEmpty(loaded, problem, cold)} height={240} />
        ) : (
          <Seismograph
            rows={rows}
            fromMs={range.from.valueOf()}
            toMs={toMs}
            width={Math.max(320, width - 34)}
            height={MAX_HEIGHT}
            timeZone={timeZone}
            palette={palette}
            rowHeight={ROW_HEIGHT}
            loadLane={loadLane}
            onZoom={(from, to) => change({ from: String(Math.round(from)), to: String(Math.round(to)) })}
            onOpen={setOpened}
          />
        )}
      </Card>
      <EvidenceDrawer point={opened} source={source} timeZone={timeZone} onClose={() => setOpened(undefined)} />
    </>
  );

  return (
    <PluginPage
      pageNav={{ text: 'Log anomalies' }}
      actions={
        <>
          {choice.names.length > 1 ? (
            <Select
              aria-label="Datasource"
              width={24}
              options={choice.names.map(({ uid, name }) => ({ value: uid, label: name }))}
              value={choice.datasource?.uid}
              onChange={({ value = '' }) => change({ datasource: value })}
            />
          ) : null}
          <ServicePicker rows={rows} chosen={state.services} onChange={(services) => change({ services })} />
          <TimeControl
            clock={clock}
            state={state}
            timeZone={timeZone}
            loading={loaded.state === 'loading'}
            onChange={change}
          />
        </>
      }
    >
      <div ref={ref}>{body}</div>
    </PluginPage>
  );
}

interface PickerProps {
  readonly rows: readonly StripRow[];
  readonly chosen: readonly string[];
  readonly onChange: (services: string[]) => void;
}

function ServicePicker({ rows, chosen, onChange }: PickerProps) {
  const names = [...new Set([...chosen, ...rows.map(({ stream }) => stream.service)])].filter((name) => name !== '');
  return (
    <MultiSelect
      aria-label="Services"
      inputId="seismo-overview-services"
      width={32}
      placeholder="All services"
      allowCustomValue
      options={names.sort().map((name) => ({ label: name, value: name }))}
      value={[...chosen]}
      onChange={(picked) => onChange(picked.flatMap(({ value }) => (value ? [value] : [])))}
    />
  );
}

function NoDatasource() {
  return (
    <PluginPage pageNav={{ text: 'Log anomalies' }}>
      <Alert severity="info" title="There is no Seismo datasource yet">
        <p>Add one with the address of the Seismo backend, and this page shows what it finds.</p>
        <LinkButton href="/connections/datasources/seismo-loganomaly-datasource">Add the datasource</LinkButton>
      </Alert>
    </PluginPage>
  );
}

function whyEmpty({ state }: Loaded, problem: string | undefined, cold: boolean) {
  if (problem) return { kind: 'failed' as const, message: problem };
  if (state === 'loading') return { kind: 'loading' as const };
  return { kind: cold ? ('cold' as const) : ('empty' as const) };
}

const getStyles = (theme: GrafanaTheme2) => ({
  cards: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(2),
    // Where only two fit side by side, the third takes the whole width.
    '& > *': { flex: '1 1 320px' },
    marginBottom: theme.spacing(2),
  }),
});
