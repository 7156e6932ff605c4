/** A stream as those see it who put what was said of it into words. */
import type { ExampleLines } from '../../explain/examples.ts';
import type { NamedTemplate } from '../../explain/reasons.ts';
import type { StreamIdentity } from '../stream-identity.ts';
import type { StreamBudget } from './stream-budget.ts';
import type { StreamDrift } from './stream-drift.ts';

export interface JudgedStream {
  readonly identity: StreamIdentity;
  readonly budget: StreamBudget;
  readonly drift: StreamDrift;
  readonly examples: ExampleLines;
  /** Is what a window's messages say known as a vector? */
  readonly embeds: boolean;
  named(template: number): NamedTemplate;
  /** The halves of a template's id. */
  templateHigh(template: number): number;
  templateLow(template: number): number;
}
