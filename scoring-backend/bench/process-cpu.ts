/** CPU time that a process and its threads have used, in ns; from /proc, so Linux only. */
import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second here, whatever the kernel's own tick is (USER_HZ). */
const NS_PER_TICK = 10_000_000;

export function processCpuNs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The command name may hold blanks; fields are counted from behind its closing parenthesis: utime is 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * NS_PER_TICK;
}
