/** What every fault of the demo shop is. */
import type { Conditions } from './conditions.ts';

export interface Fault {
  /** As given to `--fault`. */
  readonly name: string;
  /** What breaks, in a sentence for people. */
  readonly title: string;
  /** The services in whose logs it shows, the one at fault first. */
  readonly services: readonly string[];
  /** The conditions while it lasts. */
  readonly conditions: Partial<Conditions>;
}
