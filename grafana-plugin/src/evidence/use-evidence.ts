/** The anomalies behind a point of the strip, as they are loaded. */
import { useCallback, useEffect, useState } from 'react';
import type { WireAnomaly } from '@seismo/scoring-backend/api';
import type { WindowPoint } from '../seismograph/window-point.ts';
import type { EvidenceSource } from './evidence-source.ts';
import { failureWords } from '../datasource/failure-words.ts';

export type Evidence =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'loaded'; readonly anomalies: readonly WireAnomaly[] };

export function useEvidence(point: WindowPoint | undefined, source: EvidenceSource | undefined) {
  const [evidence, setEvidence] = useState<Evidence>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (!point) return;
    if (!source) {
      setEvidence({ state: 'failed', message: 'The data of this panel do not come from a Seismo datasource.' });
      return;
    }
    let current = true;
    setEvidence({ state: 'loading' });
    const { row, mark } = point;
    const fromMs = Math.min(point.startMs, mark?.startMs ?? Infinity);
    const toMs = Math.max(point.endMs, mark?.endMs ?? -Infinity);
    source.anomalies(row, fromMs, toMs).then(
      (found) => {
        if (current) setEvidence({ state: 'loaded', anomalies: mostTelling(found, mark?.id) });
      },
      (error: unknown) => {
        if (current) setEvidence({ state: 'failed', message: failureWords(error) });
      },
    );
    return () => {
      current = false;
    };
  }, [point, source, attempt]);
  return { evidence, retry: useCallback(() => setAttempt((n) => n + 1), []) };
}

/** The one that was clicked, then the rarest; a window before a record of the same rarity. */
function mostTelling(anomalies: readonly WireAnomaly[], id: string | undefined): WireAnomaly[] {
  return [...anomalies].sort(
    (a, b) =>
      Number(b.id === id) - Number(a.id === id) ||
      b.magnitude - a.magnitude ||
      Number(b.unit === 'window') - Number(a.unit === 'window'),
  );
}
