/**
 * What detection has to reach on labelled data. `floor` is held by a test; where it is below the `goal`, the goal is not
 * reached yet, and the floor only keeps what was.
 */
export interface Floor {
  readonly protocol: string;
  /** Name of the figure in the protocol's outcome. */
  readonly fact: string;
  readonly floor: number;
  readonly goal: number;
  /** For figures that must be small. */
  readonly most?: true;
}

export const FLOORS: readonly Floor[] = [
  { protocol: 'hdfs-sequences', fact: 'f1', floor: 0.97, goal: 0.976 },
  { protocol: 'hdfs-sequences', fact: 'rocAuc', floor: 0.999, goal: 0.9995 },
  { protocol: 'hdfs-raw', fact: 'f1', floor: 0.8, goal: 0.8 },
  { protocol: 'bgl-100k', fact: 'f1', floor: 0.94, goal: 0.94 },
  { protocol: 'lo2', fact: 'errorRunsFound', floor: 1, goal: 1 },
  { protocol: 'lo2', fact: 'serviceAtFaultRankedFirst', floor: 1, goal: 1 },
  { protocol: 'lo2', fact: 'correctRunsFlagged', floor: 0, goal: 0, most: true },
  { protocol: 'adfa-ld', fact: 'rocAuc', floor: 0.84, goal: 0.85 },
  { protocol: 'http-params', fact: 'rocAuc', floor: 0.99, goal: 0.95 },
  { protocol: 'http-params', fact: 'falsePositivesPer10000', floor: 100, goal: 100, most: true },
  { protocol: 'sshd', fact: 'shareFound', floor: 1, goal: 1 },
  { protocol: 'sshd', fact: 'toldMoreThanOnce', floor: 0, goal: 0, most: true },
  { protocol: 'w3af', fact: 'shareFound', floor: 1, goal: 1 },
  { protocol: 'w3af', fact: 'toldMoreThanOnce', floor: 0, goal: 0, most: true },
  { protocol: 'nab', fact: 'standard', floor: 60, goal: 60 },
];

/** Protocols that nothing was promised of: their figures are told, and what they are held to is in protocols.test.ts. */
export const UNPROMISED: readonly string[] = ['nezha', 'loghub-2k', 'apache-full'];

/** The same for simulated services: false episodes for each one promised, and shares of the faults. */
export const SIMULATED = {
  falseEpisodes: { held: 3, goal: 3 },
  faultsFound: { held: 0.85, goal: 0.8 },
  foundWithinTwoMinutes: { held: 0.5, goal: 0.5 },
};
