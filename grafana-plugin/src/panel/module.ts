/** Entry of the panel plugin. */
import { FieldColorModeId, FieldConfigProperty, PanelPlugin, ThresholdsMode } from '@grafana/data';
import { DEFAULT_OPTIONS, type SeismographOptions } from './options.ts';
import { SeismographPanel } from './panel.tsx';

export const plugin = new PanelPlugin<SeismographOptions>(SeismographPanel)
  .useFieldConfig({
    standardOptions: {
      [FieldConfigProperty.Min]: { defaultValue: 0 },
      [FieldConfigProperty.Max]: { defaultValue: 1 },
      [FieldConfigProperty.Color]: { defaultValue: { mode: FieldColorModeId.Thresholds } },
      // Scores of 1 in 100, 1 in 10,000 and 1 in a million.
      [FieldConfigProperty.Thresholds]: {
        defaultValue: {
          mode: ThresholdsMode.Absolute,
          steps: [
            { value: -Infinity, color: 'green' },
            { value: 0.5, color: 'yellow' },
            { value: 0.75, color: 'orange' },
            { value: 0.875, color: 'red' },
          ],
        },
      },
    },
    disableStandardOptions: [FieldConfigProperty.Unit, FieldConfigProperty.Decimals, FieldConfigProperty.NoValue],
  })
  .setPanelOptions((builder) => {
    builder
      .addRadio({
        path: 'order',
        name: 'Order of services',
        defaultValue: DEFAULT_OPTIONS.order,
        settings: {
          options: [
            { value: 'worst', label: 'Rarest first' },
            { value: 'name', label: 'By name' },
          ],
        },
      })
      .addRadio({
        path: 'palette',
        name: 'Colours',
        description: 'Those of Seismo, or the colour scheme and thresholds of the field options',
        defaultValue: DEFAULT_OPTIONS.palette,
        settings: {
          options: [
            { value: 'seismo', label: 'Seismo' },
            { value: 'field', label: 'Field options' },
          ],
        },
      })
      .addSliderInput({
        path: 'rowHeight',
        name: 'Height of a service',
        defaultValue: DEFAULT_OPTIONS.rowHeight,
        settings: { min: 14, max: 48, step: 2 },
      })
      .addNumberInput({
        path: 'maxRows',
        name: 'Most services',
        defaultValue: DEFAULT_OPTIONS.maxRows,
        settings: { min: 1, max: 1000, integer: true },
      });
  });
