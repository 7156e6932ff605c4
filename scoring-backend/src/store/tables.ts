/** The tables of the store as Kysely knows them. Times are ms since the epoch, JSON columns are text, flags are 0 or 1. */
import type { AnomaliesTable } from './anomalies.ts';
import type { BudgetsTable } from './budgets.ts';
import type { CheckpointsTable } from './checkpoints.ts';
import type { DriftsTable } from './drifts.ts';
import type { GapsTable } from './gaps.ts';
import type { TemplatesTable } from './templates.ts';
import type { WindowContentsTable } from './window-contents.ts';
import type { WindowsTable } from './windows.ts';

export interface Tables {
  windows: WindowsTable;
  anomalies: AnomaliesTable;
  templates: TemplatesTable;
  checkpoints: CheckpointsTable;
  gaps: GapsTable;
  drifts: DriftsTable;
  budgets: BudgetsTable;
  window_contents: WindowContentsTable;
}
