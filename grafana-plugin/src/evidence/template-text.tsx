/** A template: the words that are always there, and the places that differ (`<*>`, `<num>`) set apart. */
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

const PLACE = /(<[^<>\s]{1,40}>)/;

export function TemplateText({ text }: { text: string }) {
  const styles = useStyles2(getStyles);
  return (
    <code className={styles.code}>
      {text.split(PLACE).map((part, i) =>
        PLACE.test(part) ? (
          <span key={i} className={styles.place}>
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </code>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  code: css({
    display: 'block',
    padding: theme.spacing(0.5, 1),
    margin: theme.spacing(0.5, 0, 1, 0),
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    background: theme.colors.background.secondary,
    border: 'none',
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  place: css({ color: theme.colors.primary.text }),
});
