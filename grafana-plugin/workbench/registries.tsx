/** Editors of panel options and standard field options. Grafana's own are not in its packages; these are plain ones. */
import type { ComponentType } from 'react';
import {
  booleanOverrideProcessor,
  displayNameOverrideProcessor,
  identityOverrideProcessor,
  numberOverrideProcessor,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  standardTransformersRegistry,
  stringOverrideProcessor,
  thresholdsOverrideProcessor,
  ThresholdsMode,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
  type FieldConfigPropertyItem,
  type SelectableValue,
  type StandardEditorProps,
  type StandardEditorsRegistryItem,
} from '@grafana/data';
import { Input, RadioButtonGroup, Slider, Switch } from '@grafana/ui';

type Editor<T> = StandardEditorProps<T, { min?: number; max?: number; options?: SelectableValue<T>[] }>;

function NumberEditor({ value, onChange, item }: Editor<number | undefined>) {
  return (
    <Input
      type="number"
      aria-label={item.name}
      value={value ?? ''}
      onChange={({ currentTarget: { value: text } }) => onChange(text === '' ? undefined : Number(text))}
    />
  );
}

function SliderEditor({ value, onChange, item }: Editor<number>) {
  const { min = 0, max = 100 } = item.settings ?? {};
  return <Slider inputId={item.id} value={value} min={min} max={max} onAfterChange={onChange} />;
}

function TextEditor({ value, onChange, item }: Editor<string>) {
  return (
    <Input aria-label={item.name} value={value ?? ''} onChange={({ currentTarget }) => onChange(currentTarget.value)} />
  );
}

function BooleanEditor({ value, onChange, item }: Editor<boolean>) {
  return (
    <Switch aria-label={item.name} value={value} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
  );
}

function RadioEditor({ value, onChange, item }: Editor<string>) {
  return <RadioButtonGroup options={item.settings?.options ?? []} value={value} onChange={onChange} />;
}

function NotHere() {
  return <em>only in Grafana</em>;
}

const EDITORS: Readonly<Record<string, unknown>> = {
  number: NumberEditor,
  slider: SliderEditor,
  text: TextEditor,
  boolean: BooleanEditor,
  radio: RadioEditor,
};
const OTHERS = [
  'select',
  'multi-select',
  'color',
  'unit',
  'strings',
  'timezone',
  'fieldColor',
  'thresholds',
  'mappings',
];

const STANDARD_OPTIONS = {
  unit: unitOverrideProcessor,
  min: numberOverrideProcessor,
  max: numberOverrideProcessor,
  fieldMinMax: booleanOverrideProcessor,
  decimals: numberOverrideProcessor,
  displayName: displayNameOverrideProcessor,
  color: identityOverrideProcessor,
  noValue: stringOverrideProcessor,
  links: identityOverrideProcessor,
  actions: identityOverrideProcessor,
  mappings: valueMappingsOverrideProcessor,
  thresholds: thresholdsOverrideProcessor,
  filterable: booleanOverrideProcessor,
};

const DEFAULTS: Readonly<Record<string, unknown>> = {
  links: [],
  actions: [],
  mappings: [],
  thresholds: { mode: ThresholdsMode.Absolute, steps: [{ value: -Infinity, color: 'green' }] },
};

export function fillRegistries(): void {
  standardEditorsRegistry.setInit(() =>
    [...Object.keys(EDITORS), ...OTHERS].map(
      (id) => ({ id, name: id, editor: EDITORS[id] ?? NotHere }) as StandardEditorsRegistryItem,
    ),
  );
  standardFieldConfigEditorRegistry.setInit(() =>
    Object.entries(STANDARD_OPTIONS).map(
      ([id, process]) =>
        ({
          id,
          path: id,
          name: id,
          editor: NotHere as ComponentType<never>,
          override: NotHere as ComponentType<never>,
          process,
          shouldApply: () => true,
          settings: {},
          defaultValue: DEFAULTS[id],
        }) as unknown as FieldConfigPropertyItem,
    ),
  );
  standardTransformersRegistry.setInit(() => []);
}
