/** What stands in the place of the strips when there are none, and what to do about it. */
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, LoadingPlaceholder, useStyles2, type IconName } from '@grafana/ui';

interface Props {
  readonly kind: 'loading' | 'failed' | 'empty' | 'cold' | 'otherData';
  /** Why it failed, in the words of the backend. */
  readonly message?: string;
  readonly width?: number;
  readonly height?: number;
}

interface Words {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
}

const WORDS: Readonly<Record<Exclude<Props['kind'], 'loading'>, Words>> = {
  failed: {
    icon: 'exclamation-triangle',
    title: 'The scores cannot be shown',
    text: 'The query failed.',
  },
  empty: {
    icon: 'clock-nine',
    title: 'No scored windows in this time range',
    text: 'Choose another time range or other services. A window is scored when it has closed, 30 seconds after it began at the earliest.',
  },
  cold: {
    icon: 'hourglass',
    title: 'No logs yet',
    text: 'Nothing has been scored so far. Send logs through the processor: the first windows close within a minute.',
  },
  otherData: {
    icon: 'info-circle',
    title: 'These data hold no scores',
    text: 'The Seismograph draws a query of type Scores with the number Score, and marks those of type Anomalies.',
  },
};

export function NothingToShow({ kind, message, width, height }: Props) {
  const styles = useStyles2(getStyles);
  if (kind === 'loading') return <LoadingPlaceholder className={styles.loading} text="Loading scores" />;
  const { icon, title, text } = WORDS[kind];
  return (
    <div className={styles.root} style={{ width, height }} role="status" data-testid={`seismograph-${kind}`}>
      <Icon name={icon} size="xxl" />
      <strong>{title}</strong>
      <span className={styles.text}>{message ?? text}</span>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(2),
    textAlign: 'center',
  }),
  loading: css({ padding: theme.spacing(2), textAlign: 'center' }),
  text: css({ maxWidth: 480, color: theme.colors.text.secondary, overflowWrap: 'anywhere' }),
});
