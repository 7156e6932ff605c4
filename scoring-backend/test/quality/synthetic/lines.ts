/** Makes labelled log lines out of log statements: some statements are common, most are rare, as in real logs. */
import { parameter, seededDraw } from './parameters.ts';

export type StatementsBySystem = Readonly<Record<string, readonly string[]>>;

export interface LabelledLines {
  readonly system: string;
  readonly lines: string[];
  /** The statement of each line. */
  readonly labels: string[];
}

/** `count` lines of a system; the same seed gives the same lines. */
export function linesOf(system: string, statements: readonly string[], count: number, seed: number): LabelledLines {
  const draw = seededDraw(seed);
  // Zipf-like weights in an order of chance.
  const weights = statements.map(() => 1 / (1 + draw(statements.length)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const lines: string[] = [];
  const labels: string[] = [];
  for (let i = 0; i < count; i++) {
    let left = (draw(1_000_000) / 1_000_000) * total;
    let statement = 0;
    while (statement < statements.length - 1 && (left -= weights[statement]) > 0) statement++;
    lines.push(filled(statements[statement], draw));
    labels.push(String(statement));
  }
  return { system, lines, labels };
}

function filled(statement: string, draw: (below: number) => number): string {
  return statement.replace(/\{([a-zA-Z][^{}]*)\}/g, (_, kind: string) => parameter(kind, draw));
}
