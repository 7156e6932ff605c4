/** What stands behind the reasons: the verdict without them, the templates that drove it, the nearest normal window. */
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2, type TimeZone } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { WireAnomaly } from '@seismo/scoring-backend/api';
import { quantity } from './quantity.ts';
import { TemplateText } from './template-text.tsx';

type Explanation = NonNullable<WireAnomaly['explanation']>;

export function ExplanationView({ explanation, timeZone }: { explanation: Explanation; timeZone: TimeZone }) {
  const styles = useStyles2(getStyles);
  const { check, drivers, contributions, nearestNormal } = explanation;
  return (
    <>
      {check === undefined ? null : (
        <>
          <h5>Check</h5>
          <p className={check.weak ? styles.weak : undefined}>{check.text}</p>
        </>
      )}
      {contributions.length === 0 ? null : (
        <>
          <h5>What adds to it</h5>
          <ul className={styles.list}>
            {contributions.map(({ feature, share, expected, actual }) => (
              <li key={feature}>
                {feature.replaceAll('_', ' ')} {Math.round(share * 100)} %
                <span className={styles.quiet}>
                  {' '}
                  · expected {quantity(expected, 'figure')}, got {quantity(actual, 'figure')}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {drivers.length === 0 ? null : (
        <>
          <h5>Messages behind it</h5>
          <ul className={styles.list}>
            {drivers.map(({ templateId, template, expected, actual }) => (
              <li key={templateId}>
                <TemplateText text={template} />
                <span className={styles.quiet}>
                  expected {quantity(expected, 'records')}, got {quantity(actual, 'records')}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {nearestNormal === undefined ? null : <p className={styles.quiet}>{nearestText(nearestNormal, timeZone)}</p>}
    </>
  );
}

/** Of records and sessions only the kind is known, and told; of windows when it was. */
function nearestText({ text, startMs }: NonNullable<Explanation['nearestNormal']>, timeZone: TimeZone): string {
  if (text !== undefined || startMs === undefined) return text ?? '';
  return `The normal time most like it began at ${dateTimeFormat(startMs, { timeZone })}.`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  quiet: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  weak: css({ color: theme.colors.warning.text }),
  list: css({ paddingLeft: theme.spacing(3) }),
});
