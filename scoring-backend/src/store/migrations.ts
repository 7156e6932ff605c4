/** Brings the database to the newest shape; each step runs once, in the order of the names. */
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration } from 'kysely/migration';
import { addExplanation, createAnomalies } from './anomalies.ts';
import { createBudgets } from './budgets.ts';
import { addPositions, createCheckpoints } from './checkpoints.ts';
import { addCorrelation, addRelease, createDrifts } from './drifts.ts';
import { createGaps } from './gaps.ts';
import type { Tables } from './tables.ts';
import { createTemplates } from './templates.ts';
import { createWindowContents } from './window-contents.ts';
import { addFigures } from './window-figures.ts';
import { createWindows } from './windows.ts';

/** Steps that were released stay as they are; a change of shape is a new step. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-windows': { up: createWindows },
  '0002-anomalies': { up: createAnomalies },
  '0003-templates': { up: createTemplates },
  '0004-checkpoints': { up: createCheckpoints },
  '0005-gaps': { up: createGaps },
  '0006-explanations': { up: addExplanation },
  '0007-drifts': { up: createDrifts },
  '0008-budgets': { up: createBudgets },
  '0009-window-figures': { up: addFigures },
  '0009-releases': { up: addRelease },
  '0010-positions': { up: addPositions },
  '0011-window-contents': { up: createWindowContents },
  '0012-correlations': { up: addCorrelation },
};

/** Runs what has not been run yet; answers the names. */
export async function migrate(db: Kysely<Tables>): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  return (results ?? []).map(({ migrationName }) => migrationName);
}
