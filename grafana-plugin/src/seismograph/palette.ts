/** Colours of the strip: 256 steps from score 0 to 1, taken from the theme or from the field's own colour options. */
import { colorManipulator, getFieldColorModeForField, type Field, type GrafanaTheme2 } from '@grafana/data';

export const STEPS = 256;

/** Where "seismo" or the field options ("field") decide the colours. */
export type PaletteChoice = 'seismo' | 'field';

/** What else is drawn, besides the cells. */
export interface Palette {
  /** CSS colours by step of the score. */
  readonly steps: readonly string[];
  readonly grid: string;
  readonly text: string;
  readonly strong: string;
  readonly background: string;
  readonly mark: string;
  readonly line: string;
  readonly band: string;
  readonly over: string;
  readonly font: string;
}

/** The colour step of a score; scores outside [0, 1] take the nearest end. */
export function stepOf(score: number, low = 0, high = 1): number {
  const share = (score - low) / (high - low || 1);
  return share <= 0 ? 0 : share >= 1 ? STEPS - 1 : Math.floor(share * STEPS);
}

export function makePalette(theme: GrafanaTheme2, choice: PaletteChoice, field: Field | undefined): Palette {
  const named = (name: string) => theme.visualization.getColorByName(name);
  return {
    steps: choice === 'field' && field ? fieldSteps(theme, field) : seismoSteps(theme),
    grid: theme.colors.border.weak,
    text: theme.colors.text.secondary,
    strong: theme.colors.text.primary,
    background: theme.colors.background.primary,
    mark: theme.colors.text.maxContrast,
    line: named('blue'),
    band: colorManipulator.alpha(named('blue'), theme.isDark ? 0.22 : 0.16),
    over: named('red'),
    font: `${theme.typography.bodySmall.fontSize} ${theme.typography.fontFamily}`,
  };
}

/**
 * Quiet until a window is rarer than 1 in 100 (score 0.5), then yellow, orange, red. Lightness changes along with hue,
 * so that the order is seen without colour, too.
 */
function seismoSteps(theme: GrafanaTheme2): string[] {
  const named = (name: string) => theme.visualization.getColorByName(name);
  const quiet = theme.colors.emphasize(theme.colors.background.primary, theme.isDark ? 0.08 : 0.07);
  const stirred = theme.colors.emphasize(theme.colors.background.primary, theme.isDark ? 0.2 : 0.17);
  const stops: [number, string][] = [
    [0, quiet],
    [0.4, stirred],
    [0.55, named(theme.isDark ? 'dark-yellow' : 'yellow')],
    [0.75, named('orange')],
    [0.9, named('red')],
    [1, named(theme.isDark ? 'light-red' : 'dark-red')],
  ];
  return Array.from({ length: STEPS }, (_, i) => between(stops, i / (STEPS - 1)));
}

function fieldSteps(theme: GrafanaTheme2, field: Field): string[] {
  const calculate = getFieldColorModeForField(field).getCalculator(field, theme);
  const low = field.config.min ?? 0;
  const high = field.config.max ?? 1;
  return Array.from({ length: STEPS }, (_, i) => {
    const share = i / (STEPS - 1);
    return calculate(low + share * (high - low), share);
  });
}

function between(stops: readonly [number, string][], at: number): string {
  const after = Math.max(
    1,
    stops.findIndex(([position]) => position >= at),
  );
  const [lowAt, low] = stops[after - 1];
  const [highAt, high] = stops[after];
  return mix(low, high, (at - lowAt) / (highAt - lowAt));
}

function mix(from: string, to: string, share: number): string {
  const a = colorManipulator.decomposeColor(colorManipulator.asRgbString(from) ?? from).values;
  const b = colorManipulator.decomposeColor(colorManipulator.asRgbString(to) ?? to).values;
  const channel = (i: number) => Math.round(Number(a[i]) + (Number(b[i]) - Number(a[i])) * share);
  return `rgb(${channel(0)}, ${channel(1)}, ${channel(2)})`;
}
