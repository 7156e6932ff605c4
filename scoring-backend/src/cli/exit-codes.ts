/** How the command line ends. */
export const EXIT = {
  /** Done. */
  ok: 0,
  /** It could not be done: a file that cannot be read, a port that is taken, a fault not found in time. */
  failure: 1,
  /** The command line itself was wrong: an unknown flag, a value that is none. */
  usage: 2,
} as const;

/** A failure that the user can do something about; its message is all that is printed. Exit code 1. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

/** A wrong command line. Exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}
