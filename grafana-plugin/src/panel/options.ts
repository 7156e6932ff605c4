/** Options of the panel, beside Grafana's own field options. */
import type { PaletteChoice } from '../seismograph/palette.ts';
import type { RowOrder } from '../verdicts/strip-rows.ts';

export interface SeismographOptions {
  readonly order: RowOrder;
  readonly rowHeight: number;
  readonly palette: PaletteChoice;
  /** Rows shown at most, worst first. */
  readonly maxRows: number;
}

export const DEFAULT_OPTIONS: SeismographOptions = { order: 'worst', rowHeight: 22, palette: 'seismo', maxRows: 1000 };
