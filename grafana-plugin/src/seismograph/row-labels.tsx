/** Names of the visible services, left of the strips: each a button that opens the lane. */
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { LEARNING_BELOW } from '../verdicts/rarity.ts';
import type { StripRow } from '../verdicts/strip-rows.ts';
import type { PlacedRow } from './geometry.ts';

interface Props {
  readonly rows: readonly PlacedRow[];
  readonly scrollTop: number;
  readonly width: number;
  readonly rowHeight: number;
  readonly active: number | undefined;
  readonly problems: Readonly<Record<string, string>>;
  readonly onToggle: (row: StripRow) => void;
}

export function RowLabels({ rows, scrollTop, width, rowHeight, active, problems, onToggle }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {rows.map(({ row, index, top, open }) => (
        <div key={row.key} className={styles.row} style={{ top: top - scrollTop, width, height: rowHeight }}>
          <button
            type="button"
            tabIndex={-1}
            className={cx(styles.label, { [styles.active]: index === active, [styles.quiet]: row.marks.length === 0 })}
            aria-expanded={open}
            title={row.label}
            onClick={() => onToggle(row)}
          >
            <Icon name={open ? 'angle-down' : 'angle-right'} size="sm" />
            <span className={styles.text}>{row.label}</span>
            {row.confidence !== undefined && row.confidence < LEARNING_BELOW ? (
              <span className={styles.tag} title="How much history stands behind the scores: they are still coarse">
                learning {Math.round(row.confidence * 100)} %
              </span>
            ) : null}
            {row.marks.length > 0 ? <span className={styles.count}>{row.marks.length}</span> : null}
          </button>
          {open && problems[row.key] ? (
            <div className={styles.problem} role="status">
              {problems[row.key]}
            </div>
          ) : null}
        </div>
      ))}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ position: 'absolute', left: 0 }),
  label: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    width: '100%',
    height: '100%',
    padding: theme.spacing(0, 1, 0, 0),
    border: 'none',
    background: 'transparent',
    color: theme.colors.text.primary,
    fontSize: theme.typography.bodySmall.fontSize,
    textAlign: 'left',
    cursor: 'pointer',
    borderRadius: theme.shape.radius.default,
    '&:hover': { background: theme.colors.action.hover },
  }),
  active: css({ background: theme.colors.action.selected }),
  quiet: css({ color: theme.colors.text.secondary }),
  text: css({ flex: 1, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  tag: css({ color: theme.colors.text.secondary, fontStyle: 'italic', whiteSpace: 'nowrap' }),
  count: css({
    minWidth: theme.spacing(2.5),
    padding: theme.spacing(0, 0.5),
    borderRadius: theme.shape.radius.pill,
    border: `1px solid ${theme.colors.error.border}`,
    color: theme.colors.error.text,
    textAlign: 'center',
    lineHeight: 1.4,
  }),
  problem: css({ color: theme.colors.warning.text, fontSize: theme.typography.bodySmall.fontSize }),
});
