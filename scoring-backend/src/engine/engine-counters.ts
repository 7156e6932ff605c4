/** What the streams of an engine, and all engines, have counted. */
import type { EngineCounters } from './outputs.ts';
import type { StreamTable } from './stream-table.ts';

export function countersOf({ states, overflowed }: StreamTable): Omit<EngineCounters, 'repeated' | 'outputsDropped'> {
  let consumed = 0;
  let represented = 0;
  let late = 0;
  let templatesEvicted = 0;
  let examplesDropped = 0;
  let streamsOverflowed = 0;
  let sessions = 0;
  let sessionsEvicted = 0;
  let episodes = 0;
  let watchedMs = 0;
  let drifts = 0;
  let parametersDropped = 0;
  let actorsEvicted = 0;
  states.forEach((state, index) => {
    consumed += state.records.novelty.records;
    represented += state.records.novelty.records + state.windows.represented;
    late += state.late;
    templatesEvicted += state.templates.evicted;
    examplesDropped += state.examples.dropped;
    sessions += state.sessions?.ended ?? 0;
    sessionsEvicted += state.sessions?.evicted ?? 0;
    episodes += state.budget.episodes.actual;
    watchedMs += state.budget.episodes.watchedMs;
    drifts += state.drift.found;
    parametersDropped += state.watch.parameters?.dropped ?? 0;
    actorsEvicted += state.watch.security?.evicted ?? 0;
    if (overflowed.has(index)) streamsOverflowed += state.records.novelty.records;
  });
  return {
    ...{ consumed, represented, late, templatesEvicted, streamsOverflowed, examplesDropped },
    ...{ sessions, sessionsEvicted, episodes, watchedMs, drifts, parametersDropped, actorsEvicted },
  };
}

/** Sums over engines; one that has not reported yet adds nothing. */
export function sumOfCounters(engines: readonly (EngineCounters | undefined)[]): EngineCounters {
  const sum = { ...NOTHING };
  for (const counters of engines)
    for (const name of Object.keys(NOTHING) as (keyof EngineCounters)[]) sum[name] += counters?.[name] ?? 0;
  return sum;
}

const NOTHING = {
  ...{ consumed: 0, represented: 0, repeated: 0, late: 0, templatesEvicted: 0, streamsOverflowed: 0 },
  ...{ examplesDropped: 0, sessions: 0, sessionsEvicted: 0, episodes: 0, watchedMs: 0, drifts: 0 },
  ...{ parametersDropped: 0, actorsEvicted: 0, outputsDropped: 0 },
} satisfies EngineCounters;
