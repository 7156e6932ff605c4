/** What the colours and the marks of the strip mean. */
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { oneIn, rarityOfScore } from '../verdicts/rarity.ts';
import { stepOf, type Palette } from './palette.ts';

export const LEGEND_HEIGHT = 24;
/** With less room it begins at the left edge, in pixels. */
export const LEGEND_WIDTH = 470;
/** 1 in 1, 100, 10,000, a million. */
const SCORES = [0, 0.5, 0.75, 0.875] as const;

export function RarityLegend({ palette, left }: { palette: Palette; left: number }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.root} style={{ marginLeft: left, height: LEGEND_HEIGHT }} aria-hidden>
      {SCORES.map((score) => (
        <span key={score} className={styles.item}>
          <span className={styles.swatch} style={{ background: palette.steps[stepOf(score)] }} />
          {score === 0 ? 'nothing unusual' : oneIn(rarityOfScore(score))}
        </span>
      ))}
      <span className={styles.item}>
        <span className={styles.wedge} style={{ borderTopColor: palette.mark }} />
        anomaly
      </span>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(2),
    overflow: 'hidden',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  item: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5) }),
  swatch: css({ width: theme.spacing(1.5), height: theme.spacing(1.5) }),
  wedge: css({
    borderTop: `6px solid`,
    borderLeft: '4px solid transparent',
    borderRight: '4px solid transparent',
  }),
});
