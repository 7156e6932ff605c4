/** A frame as a table: what Grafana's own table and logs panels would show. */
import { css } from '@emotion/css';
import { dateTimeFormat, FieldType, type DataFrame, type Field, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

const MOST_ROWS = 200;

export function ResultTable({ frame }: { frame: DataFrame }) {
  const styles = useStyles2(getStyles);
  const rows = Math.min(frame.length, MOST_ROWS);
  return (
    <div className={styles.box}>
      <table className={styles.table}>
        <thead>
          <tr>
            {frame.fields.map(({ name }) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: rows }, (_, row) => (
            <tr key={row}>
              {frame.fields.map((field) => (
                <td key={field.name} className={field.type === FieldType.number ? styles.number : undefined}>
                  {cell(field, row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {frame.length > rows ? <p>{frame.length - rows} more rows</p> : null}
    </div>
  );
}

function cell({ type, values }: Field, row: number): string {
  const value: unknown = values[row];
  if (value === null || value === undefined) return '';
  if (type === FieldType.time) return dateTimeFormat(value as number, { format: 'YYYY-MM-DD HH:mm:ss' });
  if (typeof value === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ overflow: 'auto', maxHeight: 600, marginTop: theme.spacing(1) }),
  table: css({
    width: '100%',
    background: theme.colors.background.primary,
    fontSize: theme.typography.bodySmall.fontSize,
    'th, td': {
      padding: theme.spacing(0.5, 1),
      border: `1px solid ${theme.colors.border.weak}`,
      verticalAlign: 'top',
      overflowWrap: 'break-word',
    },
    th: { position: 'sticky', top: 0, background: theme.colors.background.secondary, textAlign: 'left' },
  }),
  number: css({ textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
});
