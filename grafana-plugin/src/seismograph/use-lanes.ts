/** Which lanes are open, and the numbers only an open lane shows: fetched when it opens, unless they are there already. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { StripRow } from '../verdicts/strip-rows.ts';

/** Fetches what a lane draws beyond the score. */
export type LoadLane = (row: StripRow, signal: AbortSignal) => Promise<StripRow['series']>;

export interface Lanes {
  readonly open: ReadonlySet<string>;
  readonly toggle: (row: StripRow) => void;
  /** The rows, those with open lanes with all their series. */
  readonly rows: readonly StripRow[];
  /** Why the lane of a row shows less than it should, by key of the row. */
  readonly problems: Readonly<Record<string, string>>;
}

export function useLanes(rows: readonly StripRow[], load: LoadLane | undefined): Lanes {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [loaded, setLoaded] = useState<Readonly<Record<string, StripRow['series']>>>({});
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});

  useEffect(() => {
    const missing = rows.filter((row) => open.has(row.key) && !isComplete(row));
    if (!load || missing.length === 0) return;
    const abort = new AbortController();
    for (const row of missing)
      load(row, abort.signal).then(
        (series) => {
          if (abort.signal.aborted) return;
          setLoaded((all) => ({ ...all, [row.key]: series }));
          setProblems(({ [row.key]: _solved, ...others }) => others);
        },
        (error: unknown) => {
          if (!abort.signal.aborted) setProblems((all) => ({ ...all, [row.key]: messageOf(error) }));
        },
      );
    return () => abort.abort();
  }, [rows, open, load]);

  const toggle = useCallback((row: StripRow) => {
    setOpen((keys) => {
      const next = new Set(keys);
      if (!next.delete(row.key)) next.add(row.key);
      return next;
    });
  }, []);

  const full = useMemo(
    () =>
      rows.map((row) => {
        const more = open.has(row.key) ? loaded[row.key] : undefined;
        return more ? { ...row, series: { ...more, ...row.series } } : row;
      }),
    [rows, open, loaded],
  );
  return { open, toggle, rows: full, problems };
}

function isComplete({ series }: StripRow): boolean {
  return Boolean(series.margin && series.records && series.expectedLow && series.expectedHigh);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
