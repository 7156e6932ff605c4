/** A query as dashboards, alert rules and Explore store it. The backend checks it against the same schema. */
import type { DataQuery } from '@grafana/schema';
import type { DataSourceJsonData, SelectableValue } from '@grafana/data';
import type { QueryInput, WindowField } from '@seismo/scoring-backend/api';

export type QueryType = NonNullable<QueryInput['queryType']>;
/** Window sizes the backend keeps, in ms. */
export type WindowSize = NonNullable<QueryInput['sizeMs']>;

export interface SeismoQuery extends DataQuery {
  queryType?: QueryType;
  /** Names, or variables like `$service`; empty for all. */
  services?: string[];
  /** `deployment.environment.name`, or a variable; left out for all. */
  environment?: string;
  /** `service.namespace`, or a variable; left out for all. */
  namespace?: string;
  /** What `scores` draws. */
  field?: WindowField;
  sizeMs?: WindowSize;
  /** Only anomalies, and lines of anomalies, with at least this margin. */
  minMargin?: number;
  search?: string;
  limit?: number;
}

/** Settings of the datasource that are not secret. The rest are those of every Grafana datasource over HTTP. */
export interface SeismoSettings extends DataSourceJsonData {
  /** Sent as X-Scope-OrgID. */
  tenant?: string;
  /** Seconds. */
  timeout?: number;
  tlsAuthWithCACert?: boolean;
  tlsSkipVerify?: boolean;
  serverName?: string;
}

/** Settings that never come back from Grafana once they are saved. */
export interface SeismoSecrets {
  /** Bearer token. */
  token?: string;
  /** PEM. */
  tlsCACert?: string;
}

export const DEFAULT_QUERY: Partial<SeismoQuery> = { queryType: 'scores', field: 'score' };

export const QUERY_TYPES: readonly (SelectableValue<QueryType> & { value: QueryType })[] = [
  {
    value: 'scores',
    label: 'Scores',
    description: 'A number of the windows of each service over time; for panels and alerts',
  },
  { value: 'anomalies', label: 'Anomalies', description: 'What was over the line, with its reason' },
  { value: 'templates', label: 'Templates', description: 'The kinds of messages of a service and how often they came' },
  { value: 'logs', label: 'Logs', description: 'The lines behind the anomalies' },
  {
    value: 'budget',
    label: 'Budget',
    description: 'False episodes promised for each week, and the episodes there were',
  },
  {
    value: 'drift',
    label: 'Drift',
    description:
      'What a service is like has changed: drifts, releases, new normals, services that no longer move together',
  },
  {
    value: 'windowTemplates',
    label: 'In a window',
    description: 'How often each kind of message came in a window, and how often it should have',
  },
  { value: 'logVector', label: 'Log vector', description: 'What the messages of a window say, as 32 numbers' },
];

/** Those that are of windows of one length. */
export const OF_WINDOWS: readonly QueryType[] = ['scores', 'windowTemplates', 'logVector'];

/** Those whose rows have a text to look in. */
export const SEARCHED: readonly QueryType[] = ['anomalies', 'templates', 'logs'];

export const FIELDS: readonly (SelectableValue<WindowField> & { value: WindowField })[] = [
  { value: 'score', label: 'Score', description: 'Rarity from 0 to 1: 0.5 is 1 in 100, 0.75 is 1 in 10,000' },
  {
    value: 'margin',
    label: 'Margin',
    description: 'Distance to the line of the budget: above 0 is an anomaly. Alert on this',
  },
  { value: 'magnitude', label: 'Magnitude', description: '−log10 of the probability' },
  { value: 'confidence', label: 'Confidence', description: 'How much history stands behind the score, 0 to 1' },
  { value: 'records', label: 'Records', description: 'Log records of the window' },
  { value: 'errors', label: 'Errors', description: 'Log records of severity ERROR or above' },
  { value: 'newTemplates', label: 'New templates', description: 'Kinds of messages never seen before' },
  { value: 'expectedLow', label: 'Expected, low', description: 'Fewest records that would be normal' },
  { value: 'expectedHigh', label: 'Expected, high', description: 'Most records that would be normal' },
  { value: 'uniqueUsers', label: 'Users', description: 'Different users among the records' },
  {
    value: 'ipEntropy',
    label: 'Entropy of addresses',
    description: 'How evenly the records spread over addresses, bits',
  },
  { value: 'responseTimeAvg', label: 'Response time', description: 'Mean duration that records tell of, ms' },
  { value: 'responseTimeP95', label: 'Response time, p95', description: 'Duration that one in twenty exceeds, ms' },
  { value: 'templateCount', label: 'Templates', description: 'Different kinds of messages' },
  {
    value: 'sequenceSurprise',
    label: 'Sequence surprise',
    description: 'How unexpected messages follow each other, bits',
  },
  { value: 'bytes', label: 'Bytes', description: 'Bytes of the lines' },
];

export const SIZES: readonly (SelectableValue<number> & { value: number })[] = [
  { value: 0, label: 'Auto', description: 'The smallest that fits the panel; 5 min where every window is told' },
  { value: 30_000, label: '30 s' },
  { value: 60_000, label: '1 min' },
  { value: 300_000, label: '5 min' },
];

/** How a query is told in one line, where the editor is folded away. */
export function queryText(query: SeismoQuery): string {
  const { queryType = 'scores', field = 'score', services = [], environment, namespace, minMargin, search } = query;
  const what = queryType === 'scores' ? field : queryType;
  const where = services.length === 0 ? 'all services' : services.join(', ');
  const streams = [namespace, environment].filter((name) => name !== undefined && name !== '').join(', ');
  return [
    `${what} of ${where}`,
    ...(streams === '' ? [] : [`in ${streams}`]),
    ...(minMargin === undefined || queryType === 'scores' ? [] : [`with margin from ${minMargin}`]),
    ...(search && SEARCHED.includes(queryType) ? [`containing “${search}”`] : []),
  ].join(' ');
}
