/** A field of the query editor that runs the query when it is left, or at Enter: not at every key. */
import { useState } from 'react';
import { InlineField, Input } from '@grafana/ui';

export const LABEL_WIDTH = 16;

interface NumberBounds {
  readonly min?: number;
  readonly max?: number;
  readonly step?: number | 'any';
}

interface Props {
  readonly id: string;
  readonly label: string;
  readonly tooltip: string;
  readonly width: number;
  readonly placeholder?: string;
  readonly value: string | number | undefined;
  /** Bounds of a number; a text without them. */
  readonly number?: NumberBounds;
  /** Takes the text, '' for nothing. */
  readonly onCommit: (text: string) => void;
}

export function CommittedField({ id, label, tooltip, width, placeholder, value, number, onCommit }: Props) {
  const shown = value === undefined ? '' : String(value);
  const [problem, setProblem] = useState<string>();
  const commit = (text: string) => {
    const wrong = text === '' ? undefined : numberProblem(text, number);
    setProblem(wrong);
    if (wrong === undefined && text !== shown) onCommit(text);
  };
  return (
    <InlineField
      label={label}
      labelWidth={LABEL_WIDTH}
      tooltip={tooltip}
      invalid={problem !== undefined}
      error={problem}
    >
      <Input
        // Another query, or another value from outside, is another input.
        key={shown}
        id={id}
        width={width}
        {...(number === undefined ? {} : { type: 'number', ...number })}
        {...(placeholder === undefined ? {} : { placeholder })}
        defaultValue={shown}
        onBlur={({ currentTarget }) => commit(currentTarget.value.trim())}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Enter') commit(currentTarget.value.trim());
        }}
      />
    </InlineField>
  );
}

/** What is refused here is what the backend would refuse. */
function numberProblem(text: string, bounds: NumberBounds | undefined): string | undefined {
  if (!bounds) return undefined;
  const { min = -Infinity, max = Infinity, step = 1 } = bounds;
  const number = Number(text);
  if (step === 'any' && !Number.isFinite(number)) return 'A number is expected here';
  if (step !== 'any' && !Number.isInteger(number)) return 'A whole number is expected here';
  return number < min || number > max ? `From ${min} to ${max}` : undefined;
}
