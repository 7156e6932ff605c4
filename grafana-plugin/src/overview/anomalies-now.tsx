/** What is wrong now: the latest anomaly of each service whose last one is at most a quarter of an hour old. */
import { css } from '@emotion/css';
import { dateTimeFormat, dateTimeFormatTimeAgo, type GrafanaTheme2, type TimeZone } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { WireAnomaly } from '@seismo/scoring-backend/api';
import { LEARNING_BELOW, oneIn, rarityOfScore } from '../verdicts/rarity.ts';
import { streamKey, streamLabel } from '../verdicts/stream.ts';
import type { StripRow } from '../verdicts/strip-rows.ts';
import { Card } from './card.tsx';

export const NOW_MS = 15 * 60_000;
const MOST = 4;

interface Props {
  readonly anomalies: readonly WireAnomaly[];
  readonly rows: readonly StripRow[];
  readonly toMs: number;
  readonly timeZone: TimeZone;
  readonly onOpen: (anomaly: WireAnomaly) => void;
}

export function AnomaliesNow({ anomalies, rows, toMs, timeZone, onOpen }: Props) {
  const styles = useStyles2(getStyles);
  const now = worstPerStream(anomalies.filter(({ endMs }) => endMs > toMs - NOW_MS));
  const note = now.length > MOST ? `${MOST} of ${now.length} services` : 'last 15 minutes of the range';
  return (
    <Card title="Anomalies now" note={note}>
      {now.length === 0 ? (
        <p className={styles.calm}>
          <Calm rows={rows} latest={anomalies[0]} timeZone={timeZone} />
        </p>
      ) : (
        <ul className={styles.list}>
          {now.slice(0, MOST).map((anomaly) => (
            <li key={anomaly.id}>
              <button type="button" className={styles.item} onClick={() => onOpen(anomaly)}>
                <span className={styles.head}>
                  <strong className={styles.service}>{streamLabel(anomaly)}</strong>
                  <span className={styles.rarity}>{oneIn(rarityOfScore(anomaly.score))}</span>
                </span>
                <span className={styles.reason}>
                  {anomaly.reasons.find(({ kind }) => kind !== 'learning')?.text ?? anomaly.template}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

interface CalmProps {
  readonly rows: readonly StripRow[];
  readonly latest: WireAnomaly | undefined;
  readonly timeZone: TimeZone;
}

/** No anomaly is good news only where something was scored, and known well enough. */
function Calm({ rows, latest, timeZone }: CalmProps) {
  if (rows.length === 0) return <>Nothing was scored in this time range, so there is nothing to tell.</>;
  const learning = rows.filter(({ confidence }) => confidence !== undefined && confidence < LEARNING_BELOW).length;
  return (
    <>
      <strong>All quiet.</strong> {lastSeen(latest, timeZone)}
      {learning > 0
        ? ` ${learning} of ${rows.length} services are still being learned: what is found there is only what is plain.`
        : ''}
    </>
  );
}

function worstPerStream(anomalies: readonly WireAnomaly[]): WireAnomaly[] {
  const worst = new Map<string, WireAnomaly>();
  for (const anomaly of anomalies) {
    const known = worst.get(streamKey(anomaly));
    if (!known || anomaly.magnitude > known.magnitude) worst.set(streamKey(anomaly), anomaly);
  }
  return [...worst.values()].sort((a, b) => b.magnitude - a.magnitude);
}

function lastSeen(latest: WireAnomaly | undefined, timeZone: TimeZone): string {
  if (!latest) return 'No anomaly in this time range.';
  const ago = dateTimeFormatTimeAgo(latest.startMs, { timeZone });
  return `The last one was in ${streamLabel(latest)} at ${dateTimeFormat(latest.startMs, { timeZone, format: 'HH:mm' })}, ${ago}.`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  calm: css({ color: theme.colors.text.secondary, margin: 0 }),
  list: css({ listStyle: 'none' }),
  item: css({
    display: 'block',
    width: '100%',
    padding: theme.spacing(0.75, 1),
    marginBottom: theme.spacing(0.5),
    textAlign: 'left',
    border: 'none',
    borderLeft: `3px solid ${theme.colors.error.main}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    '&:hover': { background: theme.colors.action.hover },
  }),
  head: css({ display: 'flex', justifyContent: 'space-between', gap: theme.spacing(1) }),
  service: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  rarity: css({ color: theme.colors.error.text, whiteSpace: 'nowrap' }),
  reason: css({
    display: '-webkit-box',
    WebkitLineClamp: 1,
    WebkitBoxOrient: 'vertical',
    overflow: 'hidden',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
