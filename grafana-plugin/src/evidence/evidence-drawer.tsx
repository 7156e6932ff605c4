/** The drawer that opens at a click on the strip. It tells what is known of that window even when it is no anomaly. */
import { useEffect, useState } from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2, type TimeZone } from '@grafana/data';
import { Alert, Button, Drawer, LoadingPlaceholder, Tab, TabsBar, useStyles2 } from '@grafana/ui';
import { timeSpan, verdictPhrase, type WindowPoint } from '../seismograph/window-point.ts';
import { AnomalyView } from './anomaly-view.tsx';
import type { EvidenceSource } from './evidence-source.ts';
import { useEvidence, type Evidence } from './use-evidence.ts';

/** More than these at one time are told as a number. */
const MAX_TABS = 8;

interface Props {
  readonly point: WindowPoint | undefined;
  readonly source: EvidenceSource | undefined;
  readonly timeZone: TimeZone;
  readonly onClose: () => void;
}

export function EvidenceDrawer({ point, source, timeZone, onClose }: Props) {
  const { evidence, retry } = useEvidence(point, source);
  useEscape(point !== undefined, onClose);
  if (!point) return null;
  return (
    <Drawer title={point.row.label} subtitle={timeSpan(point, timeZone)} size="md" onClose={onClose}>
      <Body
        key={`${point.row.key}${point.startMs}`}
        point={point}
        evidence={evidence}
        timeZone={timeZone}
        datasourceUid={source?.uid ?? ''}
        onRetry={retry}
      />
    </Drawer>
  );
}

/**
 * Grafana's drawer does not close on Escape, and the tooltip of its first button swallows the key. The window hears it
 * before both.
 */
function useEscape(open: boolean, onClose: () => void): void {
  useEffect(() => {
    if (!open) return;
    const hear = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onClose();
    };
    window.addEventListener('keydown', hear, true);
    return () => window.removeEventListener('keydown', hear, true);
  }, [open, onClose]);
}

interface BodyProps {
  readonly point: WindowPoint;
  readonly evidence: Evidence;
  readonly timeZone: TimeZone;
  readonly datasourceUid: string;
  readonly onRetry: () => void;
}

function Body({ point, evidence, timeZone, datasourceUid, onRetry }: BodyProps) {
  const styles = useStyles2(getStyles);
  const [chosen, setChosen] = useState(0);
  if (evidence.state === 'loading') return <LoadingPlaceholder text="Loading the evidence" />;
  if (evidence.state === 'failed')
    return (
      <Alert severity="error" title="The evidence cannot be shown">
        <p>{evidence.message}</p>
        <Button size="sm" variant="secondary" onClick={onRetry}>
          Try again
        </Button>
      </Alert>
    );
  const { anomalies } = evidence;
  const anomaly = anomalies[Math.min(chosen, anomalies.length - 1)];
  if (!anomaly)
    return <p>No anomaly here: {verdictPhrase(point)}. Evidence is kept for what is over the line of the budget.</p>;
  return (
    <>
      {anomalies.length > 1 ? (
        <TabsBar className={styles.tabs}>
          {anomalies.slice(0, MAX_TABS).map(({ id, unit, startMs, endMs }, i) => (
            <Tab
              key={id}
              label={`${unit} ${dateTimeFormat(startMs, { timeZone, format: 'HH:mm:ss' })}${sizeOf(unit, endMs - startMs)}`}
              active={i === chosen}
              onChangeTab={() => setChosen(i)}
            />
          ))}
        </TabsBar>
      ) : null}
      {anomalies.length > MAX_TABS ? (
        <p className={styles.more}>{anomalies.length - MAX_TABS} more at this time; zoom in to tell them apart.</p>
      ) : null}
      <AnomalyView anomaly={anomaly} timeZone={timeZone} datasourceUid={datasourceUid} />
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tabs: css({ marginBottom: theme.spacing(2) }),
  more: css({ color: theme.colors.text.secondary }),
});

/** Windows of several sizes begin at the same time: what tells them apart. */
function sizeOf(unit: string, ms: number): string {
  if (unit !== 'window') return '';
  return ms < 60_000 ? `, ${ms / 1000} s` : `, ${ms / 60_000} min`;
}
