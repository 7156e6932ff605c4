/** What can be wrong in the shop. Faults set these; services look at them each time they act. */
export interface Conditions {
  /** Share of payments whose acquirer does not answer in time, in [0, 1]. */
  acquirerTimeouts: number;
  /** The catalogue's release that is live. */
  catalogueRelease: 'stable' | 'faulty';
  /** Whether the worker takes orders from the queue. */
  workerConsumes: boolean;
  /** Whether the scheduled price import runs. */
  priceImportRuns: boolean;
  /** Password guesses per second from outside. */
  guessesPerSecond: number;
}

export function calm(): Conditions {
  return {
    acquirerTimeouts: 0,
    catalogueRelease: 'stable',
    workerConsumes: true,
    priceImportRuns: true,
    guessesPerSecond: 0,
  };
}
