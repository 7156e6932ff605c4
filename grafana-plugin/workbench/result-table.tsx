/** A frame in Grafana's own table: anomalies, templates and lines, with the columns that people read first. */
import { useMemo } from 'react';
import {
  applyFieldOverrides,
  FieldType,
  MappingType,
  type DataFrame,
  type Field,
  type ValueMapping,
} from '@grafana/data';
import { Table, useTheme2 } from '@grafana/ui';

/** Width in pixels of columns whose content is known; the others share what is left. */
const WIDTHS: Readonly<Record<string, number>> = {
  ...{ time: 165, timestamp: 195, firstSeen: 165, lastSeen: 165 },
  ...{ service: 140, environment: 120, namespace: 120, unit: 125, severity: 90, test: 110 },
  ...{ score: 80, margin: 80, confidence: 105, count: 90, shift: 80 },
};
/** What a program needs and a person does not: in the frame, and not in sight. */
const OUT_OF_SIGHT = ['id', 'templateId', 'labels', 'supersededBy', 'timeEnd', 'magnitude'];
const NARROWEST = 200;
/** What says why an anomaly is one needs room for a sentence. */
const ROOM_FOR_WORDS: Readonly<Record<string, number>> = { reason: 420, what: 420 };
/** Counts are whole, and what is promised for minutes is a small part of one. */
const DECIMALS: Readonly<Record<string, number | undefined>> = { count: 0, actual: 0, promised: undefined };
const TO_THE_SECOND = 'time:YYYY-MM-DD HH:mm:ss';

interface Props {
  readonly frame: DataFrame;
  readonly width: number;
  readonly height: number;
}

export function ResultTable({ frame, width, height }: Props) {
  const theme = useTheme2();
  const shown = useMemo(() => {
    const fields = [...serviceOf(frame), ...frame.fields.filter(isWorthAColumn)].map(asColumn);
    const [prepared] = applyFieldOverrides({
      data: [{ ...frame, fields }],
      fieldConfig: { defaults: {}, overrides: [] },
      replaceVariables: (text) => text,
      theme,
      timeZone: 'browser',
    });
    return prepared;
  }, [frame, theme]);
  return <Table data={shown} width={width} height={height} columnMinWidth={NARROWEST} ariaLabel={frame.name} />;
}

/** The service of log lines is among their labels. */
function serviceOf({ fields }: DataFrame): Field[] {
  const labels = fields.find(({ name }) => name === 'labels');
  if (!labels) return [];
  const values = (labels.values as { service?: string }[]).map(({ service = '' }) => service);
  return [{ name: 'service', type: FieldType.string, config: {}, values }];
}

/** A column without a word in it only takes the room of others. */
function isWorthAColumn({ name, values }: Field): boolean {
  return !OUT_OF_SIGHT.includes(name) && values.some((value) => value !== '' && value !== null);
}

function asColumn(field: Field): Field {
  const width = WIDTHS[field.name];
  const config = {
    ...field.config,
    ...(field.type === FieldType.time && field.name !== 'timestamp' ? { unit: TO_THE_SECOND } : {}),
    ...(field.type === FieldType.number ? decimalsOf(field.name) : {}),
    ...(field.name === 'severity' ? { mappings: SEVERITIES } : {}),
    custom: {
      ...(width === undefined ? {} : { width }),
      ...(field.name in ROOM_FOR_WORDS ? { minWidth: ROOM_FOR_WORDS[field.name] } : {}),
      ...(field.name === 'severity' ? { cellOptions: { type: 'color-text' } } : {}),
      inspect: width === undefined,
    },
  };
  return { ...field, config, state: null };
}

function decimalsOf(name: string): { decimals?: number } {
  const decimals = name in DECIMALS ? DECIMALS[name] : 2;
  return decimals === undefined ? {} : { decimals };
}

const SEVERITIES: ValueMapping[] = [
  {
    type: MappingType.ValueToText,
    options: {
      critical: { color: 'purple' },
      error: { color: 'red' },
      warning: { color: 'orange' },
      info: { color: 'green' },
      debug: { color: 'blue' },
      trace: { color: 'blue' },
      unknown: { color: 'text' },
    },
  },
];
