/** The last checkpoint of every engine: table, rows, questions. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Checkpoint } from '../engine/threads/checkpoint.ts';
import type { EngineCounters } from '../engine/outputs.ts';
import type { SavedPositions } from '../engine/threads/positions.ts';
import type { Tables } from './tables.ts';

export interface CheckpointsTable {
  /** Which engine, from 0. */
  partition: number;
  /** How many engines there were: a stream belongs to the same one only while this stays the same. */
  partitions: number;
  snapshot: Uint8Array;
  counters: string;
  /** JSON of what the snapshot has seen of the sources. */
  positions: string;
  /** 1 while nothing can have come since: the backend was shut down in order and has not been started again. */
  clean: number;
  at_ms: number;
}

export async function createCheckpoints(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('checkpoints')
    .addColumn('partition', 'integer', (column) => column.primaryKey())
    .addColumn('partitions', 'integer', (column) => column.notNull())
    // The one type the two engines name differently; both take it in quotes of their own dialect.
    .addColumn('snapshot', sql`blob`, (column) => column.notNull())
    .addColumn('counters', 'text', (column) => column.notNull())
    .addColumn('clean', 'integer', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .execute();
}

export async function addPositions(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .alterTable('checkpoints')
    .addColumn('positions', 'text', (column) => column.notNull().defaultTo('{"sources":{},"direct":1}'))
    .execute();
}

/** Replaces the checkpoint of one engine. */
export async function saveCheckpoint(db: Kysely<Tables>, checkpoint: Checkpoint): Promise<void> {
  await db
    .insertInto('checkpoints')
    .values({
      partition: checkpoint.partition,
      partitions: checkpoint.partitions,
      snapshot: checkpoint.snapshot,
      counters: JSON.stringify(checkpoint.counters),
      positions: JSON.stringify(checkpoint.positions),
      clean: checkpoint.clean ? 1 : 0,
      at_ms: checkpoint.atMs,
    })
    .onConflict((conflict) =>
      conflict.column('partition').doUpdateSet((row) => ({
        partitions: row.ref('excluded.partitions'),
        snapshot: row.ref('excluded.snapshot'),
        counters: row.ref('excluded.counters'),
        positions: row.ref('excluded.positions'),
        clean: row.ref('excluded.clean'),
        at_ms: row.ref('excluded.at_ms'),
      })),
    )
    .execute();
}

/** All checkpoints, by engine. */
export async function readCheckpoints(db: Kysely<Tables>): Promise<Checkpoint[]> {
  const rows = await db.selectFrom('checkpoints').selectAll().orderBy('partition').execute();
  return rows.map((row) => ({
    partition: row.partition,
    partitions: row.partitions,
    snapshot: row.snapshot,
    counters: JSON.parse(row.counters) as EngineCounters,
    positions: JSON.parse(row.positions) as SavedPositions,
    clean: row.clean === 1,
    atMs: row.at_ms,
  }));
}

/** From now on records may come that no checkpoint knows of. To be on disk before the first one is taken. */
export async function markInUse(db: Kysely<Tables>): Promise<void> {
  await db.updateTable('checkpoints').set({ clean: 0 }).execute();
}

/** The number of engines the checkpoints are of; undefined when there is none. */
export async function readPartitions(db: Kysely<Tables>): Promise<number | undefined> {
  const row = await db.selectFrom('checkpoints').select('partitions').limit(1).executeTakeFirst();
  return row?.partitions;
}
