/** Anomalies per day: is it getting better or worse. */
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2, type TimeZone } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { Card } from './card.tsx';
import { TREND_DAYS } from './overview-data.ts';

const DAY_MS = 86_400_000;

interface Props {
  readonly starts: readonly number[];
  readonly isCut: boolean;
  readonly toMs: number;
  readonly timeZone: TimeZone;
}

export function DailyTrend({ starts, isCut, toMs, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  const days = countPerDay(starts, toMs, timeZone);
  const top = Math.max(1, ...days.map(({ count }) => count));
  return (
    <Card title="Daily trend" note={isCut ? 'the latest 1,000 anomalies' : `anomalies, ${TREND_DAYS} days`}>
      <ol className={styles.bars}>
        {days.map(({ day, count }) => (
          <li key={day} className={styles.day} title={`${day}: ${count}`}>
            <span className={styles.count}>{count === 0 ? '' : count}</span>
            <div className={styles.bar} style={{ height: `${(count / top) * 100}%` }} />
          </li>
        ))}
      </ol>
      <div className={styles.axis}>
        <span>{days[0]?.day}</span>
        <span>{days[days.length - 1]?.day}</span>
      </div>
    </Card>
  );
}

/** Every day of the trend, those without anomalies, too; the last is the day of `toMs`. */
export function countPerDay(starts: readonly number[], toMs: number, timeZone: TimeZone) {
  const dayOf = (ms: number) => dateTimeFormat(ms, { timeZone, format: 'MM-DD' });
  const counts = new Map<string, number>();
  for (let i = TREND_DAYS - 1; i >= 0; i--) counts.set(dayOf(toMs - i * DAY_MS), 0);
  for (const start of starts) {
    const day = dayOf(start);
    const known = counts.get(day);
    if (known !== undefined) counts.set(day, known + 1);
  }
  return [...counts].map(([day, count]) => ({ day, count }));
}

const getStyles = (theme: GrafanaTheme2) => ({
  bars: css({ display: 'flex', alignItems: 'flex-end', gap: theme.spacing(0.5), height: 110, listStyle: 'none' }),
  day: css({
    flex: 1,
    display: 'flex',
    flexDirection: 'column',
    justifyContent: 'flex-end',
    height: '100%',
    minWidth: 0,
  }),
  bar: css({ minHeight: 2, background: theme.colors.primary.main, borderRadius: theme.shape.radius.default }),
  count: css({
    textAlign: 'center',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  axis: css({
    display: 'flex',
    justifyContent: 'space-between',
    marginTop: theme.spacing(0.5),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
