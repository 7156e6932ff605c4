/** Tells what happens as one JSON object per line: `{"event": …, "time": …}` and what belongs to the event. */
import type { Narrator } from './narrator.ts';
import type { Terminal } from './terminal.ts';

/** @param now the time in ms since the epoch */
export function jsonNarrator(terminal: Terminal, now: () => number): Narrator {
  const tell = (event: string, details: object = {}): void =>
    terminal.print(JSON.stringify({ event, time: new Date(now()).toISOString(), ...details }));
  return {
    started: ({ page, ...doors }) =>
      tell('started', {
        ...{ ...doors, forwardUrl: doors.forwardUrl ?? null },
        ...('url' in page ? { pageUrl: page.url } : { pageUrl: null, pageMissing: page.missing }),
      }),
    shopOpened: (calmSeconds) => tell('shop_opened', { calmSeconds }),
    progress: (progress) => tell('progress', progress),
    reloaded: ({ now, afterRestart, problems }) =>
      problems.length > 0
        ? tell('reload_failed', { problems })
        : tell('reloaded', { changed: now, needRestart: afterRestart }),
    anomalies: (anomalies) => anomalies.forEach((anomaly) => tell('anomaly', { anomaly })),
    injected: ({ name, title, services }) => tell('fault_injected', { fault: name, title, services }),
    found: ({ fault, services, afterMs, calmAnomalies }) =>
      tell('fault_found', {
        fault: fault.name,
        services,
        afterSeconds: Math.round(afterMs / 1000),
        calmAnomalies: calmAnomalies ?? null,
      }),
    notFound: ({ name }, withinMs) =>
      tell('fault_not_found', { fault: name, withinSeconds: Math.round(withinMs / 1000) }),
    recovered: ({ name }, calmSeconds) => tell('recovered', { fault: name, calmSeconds }),
    stopping: () => tell('stopping'),
  };
}
