/** One anomaly and why it is one: rarity, confidence, reasons, template, example lines. */
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2, type TimeZone } from '@grafana/data';
import { LinkButton, useStyles2 } from '@grafana/ui';
import type { WireAnomaly, WireReason } from '@seismo/scoring-backend/api';
import { confidencePhrase, marginPhrase, oneIn, rarityOfScore } from '../verdicts/rarity.ts';
import { ExplanationView } from './explanation-view.tsx';
import { exploreLogs } from './explore-link.ts';
import { quantity } from './quantity.ts';
import { TemplateText } from './template-text.tsx';

interface Props {
  readonly anomaly: WireAnomaly;
  readonly timeZone: TimeZone;
  readonly datasourceUid: string;
}

export function AnomalyView({ anomaly, timeZone, datasourceUid }: Props) {
  const styles = useStyles2(getStyles);
  const { score, confidence, margin, unit, template, examples, service, startMs, endMs } = anomaly;
  // How much history there is stands above as confidence; it is no reason.
  const reasons = anomaly.reasons.filter(({ kind }) => kind !== 'learning');
  return (
    <article aria-label={`Anomaly of a ${unit}`}>
      <div className={styles.figures}>
        <div>
          <div className={styles.rarity}>{oneIn(rarityOfScore(score))}</div>
          <div className={styles.quiet}>
            is how rare such a {unit} is here · score {score.toFixed(3)}
          </div>
        </div>
        <div>
          <meter className={styles.meter} min={0} max={1} value={confidence} aria-label="Confidence" />
          <div className={styles.quiet}>
            confidence {Math.round(confidence * 100)} % · {confidencePhrase(confidence)}
          </div>
        </div>
        <div>
          <div>{marginPhrase(margin)}</div>
          <div className={styles.quiet}>margin, in powers of ten</div>
        </div>
      </div>

      <h5>Why</h5>
      {reasons.length === 0 ? <p className={styles.quiet}>No reason was kept.</p> : null}
      <ol className={styles.list}>
        {reasons.map((reason, i) => (
          <li key={i}>
            <ReasonView reason={reason} />
          </li>
        ))}
      </ol>

      {template === '' || reasons.some((reason) => reason.template === template) ? null : (
        <>
          <h5>Template</h5>
          <TemplateText text={template} />
        </>
      )}

      {anomaly.explanation === undefined ? null : (
        <ExplanationView explanation={anomaly.explanation} timeZone={timeZone} />
      )}

      <h5>Example lines</h5>
      {examples.length === 0 ? (
        <p className={styles.quiet}>None: what is odd here is what did not come.</p>
      ) : (
        <ul className={styles.lines}>
          {examples.map(({ timeMs, text, severity }, i) => (
            <li key={i} className={severity >= 17 ? styles.error : severity >= 13 ? styles.warning : styles.line}>
              <time className={styles.quiet}>{dateTimeFormat(timeMs, { timeZone, format: 'HH:mm:ss.SSS' })}</time>{' '}
              {text}
            </li>
          ))}
        </ul>
      )}
      <LinkButton
        variant="secondary"
        size="sm"
        icon="compass"
        href={exploreLogs(datasourceUid, service, startMs, endMs)}
      >
        Lines around it in Explore
      </LinkButton>
    </article>
  );
}

function ReasonView({ reason }: { reason: WireReason }) {
  const styles = useStyles2(getStyles);
  const { text, expected, actual, unit, magnitude, template } = reason;
  return (
    <>
      <div>{text}</div>
      <div className={styles.quiet}>
        expected {quantity(expected, unit)}, got <strong>{quantity(actual, unit)}</strong>
        {magnitude >= 0.5 ? ` · alone ${oneIn(10 ** magnitude)}` : ''}
      </div>
      {template ? <TemplateText text={template} /> : null}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const line = {
    padding: theme.spacing(0.25, 1),
    borderLeft: `3px solid ${theme.colors.border.medium}`,
    overflowWrap: 'anywhere' as const,
  };
  return {
    figures: css({
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fit, minmax(180px, 1fr))',
      gap: theme.spacing(2),
      padding: theme.spacing(2),
      marginBottom: theme.spacing(2),
      background: theme.colors.background.secondary,
      borderRadius: theme.shape.radius.default,
    }),
    rarity: css({ fontSize: theme.typography.h3.fontSize, fontWeight: theme.typography.fontWeightMedium }),
    quiet: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
    meter: css({ width: '100%', height: theme.spacing(3) }),
    list: css({ paddingLeft: theme.spacing(3), li: { marginBottom: theme.spacing(1.5) } }),
    lines: css({
      listStyle: 'none',
      fontFamily: theme.typography.fontFamilyMonospace,
      fontSize: theme.typography.bodySmall.fontSize,
      marginBottom: theme.spacing(2),
    }),
    line: css(line),
    warning: css({ ...line, borderLeftColor: theme.colors.warning.border }),
    error: css({ ...line, borderLeftColor: theme.colors.error.border }),
  };
};
