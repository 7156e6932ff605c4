/** What a command does as a process: it waits for the signal to stop, and says how it ended. */

/** Waits for SIGTERM or SIGINT. A second one ends the process at once, as if nobody listened. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}

/** Writes what was asked for. @returns the exit code 0 */
export function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

/** Tells each problem on a line that begins with the command's name. @returns the exit code */
export function fail(command: string, code: number, problems: readonly string[]): number {
  for (const problem of problems) process.stderr.write(`${command}: ${problem}\n`);
  return code;
}
