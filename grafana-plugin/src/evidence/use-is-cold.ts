/** Whether an empty strip is empty because nothing was ever scored. Asked only when there is nothing to show. */
import { useEffect, useState } from 'react';
import type { EvidenceSource } from './evidence-source.ts';

export function useIsCold(source: EvidenceSource | undefined, asked: boolean): boolean {
  const [cold, setCold] = useState(false);
  useEffect(() => {
    setCold(false);
    if (!source || !asked) return;
    let current = true;
    source.isCold().then(
      (answer) => {
        if (current) setCold(answer);
      },
      // The query itself has answered, so this is no news worth an error; "no windows in this range" stays true.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [source, asked]);
  return cold;
}
