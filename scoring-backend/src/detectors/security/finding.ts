/** What a security rule says of one record. */
import type { AttackKind, Technique } from './technique.ts';

export interface SecurityFinding {
  readonly kind: AttackKind;
  readonly technique: Technique;
  /** The address or account to name, '' when the record names none. */
  readonly actor: string;
  readonly isAccount: boolean;
  readonly magnitude: number;
  /** Over the budget of this kind; 0 when it was said of this actor before. */
  readonly margin: number;
  /** What a harmless actor would show in the period, and what this one showed. */
  readonly expected: number;
  readonly actual: number;
  /** Length of that period, in ms. */
  readonly periodMs: number;
}

/** No rule claims more than one in 10^12. */
export const MOST_MAGNITUDE = 12;
