/** The card beside the pointer: which window this is and how rare. */
import { css } from '@emotion/css';
import type { GrafanaTheme2, TimeZone } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { oneIn, rarityOfScore } from '../verdicts/rarity.ts';
import { distancePhrase, timeSpan, verdictPhrase, type WindowPoint } from './window-point.ts';

const CARD_WIDTH = 300;

interface Props {
  readonly point: WindowPoint;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly timeZone: TimeZone;
}

export function HoverCard({ point, x, y, width, height, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  const left = x + 16 + CARD_WIDTH > width ? Math.max(0, x - 16 - CARD_WIDTH) : x + 16;
  const below = y < height / 2;
  const rare = point.score !== undefined && rarityOfScore(point.score) >= 3;
  return (
    <div
      className={styles.card}
      style={{ left, width: Math.min(CARD_WIDTH, width), ...(below ? { top: y + 12 } : { bottom: height - y + 12 }) }}
      data-testid="seismograph-hover"
    >
      <div className={styles.service}>{point.row.label}</div>
      <div className={styles.time}>{timeSpan(point, timeZone)}</div>
      {rare ? <div className={styles.rarity}>{oneIn(rarityOfScore(point.score ?? 0))}</div> : null}
      <div>{rare ? distancePhrase(point) : verdictPhrase(point)}</div>
      {point.mark ? (
        <div className={styles.mark}>
          {point.mark.reason === '' ? 'Anomaly' : point.mark.reason}
          <div className={styles.time}>Click for the evidence</div>
        </div>
      ) : null}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    position: 'absolute',
    zIndex: theme.zIndex.tooltip,
    pointerEvents: 'none',
    padding: theme.spacing(1),
    background: theme.colors.background.elevated ?? theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z3,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  service: css({ fontWeight: theme.typography.fontWeightMedium, overflowWrap: 'anywhere' }),
  time: css({ color: theme.colors.text.secondary }),
  rarity: css({ fontSize: theme.typography.h5.fontSize, fontWeight: theme.typography.fontWeightMedium }),
  mark: css({
    marginTop: theme.spacing(0.5),
    paddingTop: theme.spacing(0.5),
    borderTop: `1px solid ${theme.colors.border.weak}`,
    overflowWrap: 'anywhere',
  }),
});
