/** A panel as a dashboard shows it: its chrome, its options with defaults, and its data after the field options. */
import { useMemo, useState } from 'react';
import {
  applyFieldOverrides,
  dateTime,
  getPanelOptionsWithDefaults,
  PanelOptionsEditorBuilder,
  type EventBus,
  type FieldConfigSource,
  type PanelData,
  type PanelPlugin,
  type PanelProps,
  type StandardEditorContext,
  type TimeRange,
} from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { Field, PanelChrome, useTheme2 } from '@grafana/ui';

interface Props {
  readonly plugin: PanelPlugin;
  readonly title: string;
  readonly data: PanelData;
  readonly options?: Record<string, unknown>;
  readonly fieldConfig?: FieldConfigSource;
  readonly width: number;
  readonly height: number;
  readonly eventBus: EventBus;
  readonly onTimeRange: (range: TimeRange) => void;
  readonly withOptions?: boolean;
}

const OPTIONS_WIDTH = 260;
/** Below this the options are under the panel. */
const ONE_COLUMN_BELOW = 900;

export function PanelHost(props: Props) {
  const { plugin, title, data, width, height, eventBus, onTimeRange, withOptions = false } = props;
  const theme = useTheme2();
  const [chosen, setChosen] = useState<Record<string, unknown>>(props.options ?? {});
  const { options, fieldConfig } = useMemo(() => {
    const withDefaults = getPanelOptionsWithDefaults({
      plugin,
      currentOptions: chosen,
      currentFieldConfig: props.fieldConfig ?? { defaults: {}, overrides: [] },
      isAfterPluginChange: false,
    });
    return { ...withDefaults, options: withDefaults.options as Record<string, unknown> };
  }, [plugin, chosen, props.fieldConfig]);
  const processed = useMemo<PanelData>(
    () => ({
      ...data,
      series: applyFieldOverrides({
        data: data.series,
        fieldConfig,
        fieldConfigRegistry: plugin.fieldConfigRegistry,
        replaceVariables: (text) => text,
        theme,
        timeZone: 'browser',
      }),
    }),
    [data, fieldConfig, plugin, theme],
  );
  const Panel = plugin.panel as React.ComponentType<PanelProps> | null;
  if (!Panel) return null;
  const problem = data.errors?.[0]?.message;
  const isWide = width >= ONE_COLUMN_BELOW;
  return (
    <div style={{ display: 'flex', flexDirection: isWide ? 'row' : 'column', gap: 8, width: '100%' }}>
      <PanelChrome
        title={title}
        width={width - (withOptions && isWide ? OPTIONS_WIDTH + 8 : 0)}
        height={height}
        loadingState={data.state}
        {...(problem === undefined ? {} : { statusMessage: problem })}
      >
        {(innerWidth, innerHeight) => (
          <Panel
            id={1}
            title={title}
            data={processed}
            timeRange={data.timeRange}
            timeZone="browser"
            options={options}
            fieldConfig={fieldConfig}
            transparent={false}
            width={innerWidth}
            height={innerHeight}
            renderCounter={0}
            replaceVariables={(text) => getTemplateSrv().replace(text)}
            eventBus={eventBus}
            onOptionsChange={setChosen}
            onFieldConfigChange={() => undefined}
            onChangeTimeRange={({ from, to }) => onTimeRange(rangeOf(from, to))}
          />
        )}
      </PanelChrome>
      {withOptions ? <OptionsPane plugin={plugin} options={options} data={processed} onChange={setChosen} /> : null}
    </div>
  );
}

interface PaneProps {
  readonly plugin: PanelPlugin;
  readonly options: Record<string, unknown>;
  readonly data: PanelData;
  readonly onChange: (options: Record<string, unknown>) => void;
}

function OptionsPane({ plugin, options, data, onChange }: PaneProps) {
  const builder = new PanelOptionsEditorBuilder<object>();
  const context = { data: data.series, options } as StandardEditorContext<object>;
  plugin.getPanelOptionsSupplier()(builder, context);
  return (
    <form aria-label="Panel options" style={{ width: OPTIONS_WIDTH }}>
      {builder.getItems().map((item) => (
        <Field key={item.id} label={item.name} description={item.description}>
          <item.editor
            value={options[item.path]}
            item={item as never}
            context={context}
            onChange={(value) => onChange({ ...options, [item.path]: value as unknown })}
          />
        </Field>
      ))}
    </form>
  );
}

function rangeOf(fromMs: number, toMs: number): TimeRange {
  const [from, to] = [dateTime(fromMs), dateTime(toMs)];
  return { from, to, raw: { from, to } };
}
