/** The services with the most anomalies of the range; a click narrows the page to one. */
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { oneIn, rarityOfScore } from '../verdicts/rarity.ts';
import type { StripRow } from '../verdicts/strip-rows.ts';
import { Card } from './card.tsx';

const MOST = 6;

interface Props {
  readonly rows: readonly StripRow[];
  readonly onChoose: (service: string) => void;
}

export function AffectedServices({ rows, onChoose }: Props) {
  const styles = useStyles2(getStyles);
  const affected = rows
    .filter(({ marks }) => marks.length > 0)
    .sort((a, b) => b.marks.length - a.marks.length || b.peakScore - a.peakScore);
  const top = affected[0]?.marks.length ?? 1;
  return (
    <Card title="Most affected services" note={`${affected.length} of ${rows.length}`}>
      {affected.length === 0 ? <p className={styles.calm}>None in this time range.</p> : null}
      <table className={styles.table}>
        <tbody>
          {affected.slice(0, MOST).map(({ key, stream, label, marks, peakScore }) => (
            <tr key={key}>
              <th scope="row" className={styles.name}>
                <button type="button" className={styles.link} title={label} onClick={() => onChoose(stream.service)}>
                  {label}
                </button>
              </th>
              <td className={styles.bar}>
                <div className={styles.fill} style={{ width: `${(marks.length / top) * 100}%` }} />
              </td>
              <td className={styles.number}>{marks.length}</td>
              <td className={styles.rarity}>{oneIn(rarityOfScore(peakScore))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  calm: css({ color: theme.colors.text.secondary, margin: 0 }),
  table: css({ width: '100%', tableLayout: 'fixed', 'td, th': { padding: theme.spacing(0.5, 0.5) } }),
  name: css({ width: '38%', fontWeight: theme.typography.fontWeightRegular }),
  link: css({
    maxWidth: '100%',
    padding: 0,
    border: 'none',
    background: 'transparent',
    color: theme.colors.text.link,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    textAlign: 'left',
    '&:hover': { textDecoration: 'underline' },
  }),
  bar: css({ verticalAlign: 'middle' }),
  fill: css({
    height: theme.spacing(1),
    borderRadius: theme.shape.radius.default,
    background: theme.colors.error.main,
  }),
  number: css({ width: theme.spacing(5), textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
  rarity: css({
    width: theme.spacing(17),
    textAlign: 'right',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
