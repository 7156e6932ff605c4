/** Numbers of windows over time as Grafana's time series panel draws them: a line per service, and the threshold. */
import { useMemo } from 'react';
import {
  applyFieldOverrides,
  FieldColorModeId,
  FieldType,
  ThresholdsMode,
  type DataFrame,
  type Field,
  type PanelData,
} from '@grafana/data';
import {
  GraphDrawStyle,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  type GraphFieldConfig,
} from '@grafana/schema';
import { PanelChrome, TimeSeries, TooltipPlugin, useTheme2, ZoomPlugin } from '@grafana/ui';
import type { WindowField } from '@seismo/scoring-backend/api';
import { streamLabel, streamOfLabels } from '../src/verdicts/stream.ts';

/** More lines than this cannot be told apart: those that reach highest are shown. */
const MOST_LINES = 10;

const LINES: GraphFieldConfig = {
  drawStyle: GraphDrawStyle.Line,
  lineWidth: 2,
  pointSize: 5,
  showPoints: VisibilityMode.Auto,
  fillOpacity: 0,
};
/** The line of the budget. The other numbers have none that holds for every service. */
const LIMITS: Partial<Record<WindowField, number>> = { margin: 0 };

interface Props {
  readonly title: string;
  readonly field: WindowField;
  readonly data: PanelData;
  readonly width: number;
  readonly height: number;
  readonly onZoom: (fromMs: number, toMs: number) => void;
}

export function TimeSeriesPanel({ title, field, data, width, height, onZoom }: Props) {
  const theme = useTheme2();
  const lines = useMemo(() => {
    const numbers = data.series.filter((frame) => frame.length > 0 && valueOf(frame) !== undefined);
    const highest = numbers.toSorted((a, b) => peak(b) - peak(a)).slice(0, MOST_LINES);
    return {
      left: numbers.length - highest.length,
      frames: applyFieldOverrides({
        data: highest.map((frame) => asLine(frame, field)),
        fieldConfig: { defaults: {}, overrides: [] },
        replaceVariables: (text) => text,
        theme,
        timeZone: 'browser',
      }),
    };
  }, [data.series, field, theme]);
  if (lines.frames.length === 0) return null;
  return (
    <PanelChrome
      title={lines.left === 0 ? title : `${title}: the highest ${MOST_LINES} of ${lines.left + MOST_LINES}`}
      width={width}
      height={height}
      loadingState={data.state}
    >
      {(innerWidth, innerHeight) => (
        <TimeSeries
          // The lines' colours are those of a theme, and made once.
          key={theme.name}
          frames={lines.frames}
          timeRange={data.timeRange}
          timeZone="browser"
          width={innerWidth}
          height={innerHeight}
          legend={{ displayMode: LegendDisplayMode.List, showLegend: true, placement: 'bottom', calcs: [] }}
        >
          {(config, frame) => (
            <>
              <ZoomPlugin config={config} onZoom={({ from, to }) => onZoom(from, to)} />
              <TooltipPlugin
                config={config}
                data={frame}
                mode={TooltipDisplayMode.Multi}
                sortOrder={SortOrder.Descending}
                timeZone="browser"
              />
            </>
          )}
        </TimeSeries>
      )}
    </PanelChrome>
  );
}

function valueOf({ fields }: DataFrame): Field<number | null> | undefined {
  return fields.find(({ type }) => type === FieldType.number);
}

function peak(frame: DataFrame): number {
  let highest = -Infinity;
  for (const value of valueOf(frame)?.values ?? []) if (value !== null && value > highest) highest = value;
  return highest;
}

/** The frame with what Grafana's panel would have from its field options. */
function asLine(frame: DataFrame, name: WindowField): DataFrame {
  const limit = LIMITS[name];
  const fields = frame.fields.map((field): Field => {
    if (field.type !== FieldType.number) return field;
    const config = {
      ...field.config,
      displayName: streamLabel(streamOfLabels(field.labels, field.name)),
      color: { mode: FieldColorModeId.PaletteClassic },
      custom: {
        ...LINES,
        thresholdsStyle: { mode: limit === undefined ? GraphThresholdsStyleMode.Off : GraphThresholdsStyleMode.Line },
      },
      ...(limit === undefined ? {} : { thresholds: { mode: ThresholdsMode.Absolute, steps: stepsAt(limit) } }),
    };
    // What was worked out for another look does not hold for this one.
    return { ...field, config, state: null };
  });
  return { ...frame, fields };
}

function stepsAt(limit: number) {
  return [
    { value: -Infinity, color: 'transparent' },
    { value: limit, color: 'red' },
  ];
}
