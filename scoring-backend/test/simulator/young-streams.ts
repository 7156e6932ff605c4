/**
 * Faults that begin soon after a stream's first line: what somebody sees who has just switched everything on. The streams
 * are like those of the demo shop, at rates drawn anew for each seed, and the fault begins after 30 to 120 s.
 */
import { Random } from '../quality/calibration-traffic.ts';
import { Feed } from './feed.ts';
import { START } from './simulation.ts';
import { address, id, pick, USERS } from './wording.ts';

/** Writes one line of a request, so many ms after it came. */
type Say = (afterMs: number, severity: number, text: string) => void;

export interface YoungFault {
  readonly name: string;
  /** Requests a second, and what comes on top of them while the fault lasts. */
  readonly rate: number;
  readonly faultRate: number;
  /** What one request says; `faulty`: during the fault. */
  request(random: Random, faulty: boolean, say: Say): void;
  /** What one of the further requests of the fault says. */
  further(random: Random, say: Say): void;
}

export interface YoungTrial {
  readonly historyMs: number;
  /** From the fault's beginning to the verdict, Infinity when there was none within five minutes. */
  readonly afterMs: number;
  /** Anomalies before the fault. */
  readonly falseBefore: number;
}

const INFO = 9;
const WARN = 13;
const ERROR = 17;
const FOLLOWED_MS = 300_000;
const NOTHING = (): void => undefined;

export const YOUNG_FAULTS: readonly YoungFault[] = [
  {
    ...{ name: 'error burst', rate: 0.7, faultRate: 0, further: NOTHING },
    request(random, faulty, say) {
      const ms = lasting(random, 45);
      say(ms, INFO, `Parcel booked for order ${id(random)} from depot ${pick(random, USERS)} in ${ms} ms`);
      const bounced = random.next() < (faulty ? 0.5 : 0.05);
      if (bounced)
        say(ms, ERROR, `Confirmation of order ${id(random)} bounced: mailbox of ${pick(random, USERS)} is full`);
      else say(ms, INFO, `Confirmation of order ${id(random)} sent to ${pick(random, USERS)}`);
    },
  },
  {
    ...{ name: 'time-outs', rate: 0.65, faultRate: 0, further: NOTHING },
    request(random, faulty, say) {
      const payment = `p-${id(random)}`;
      say(0, INFO, `Authorising payment ${payment} of ${id(random) / 100} EUR for order ${id(random)}`);
      if (random.next() < (faulty ? 0.8 : 0))
        return say(1_500, ERROR, `Payment ${payment} timed out after 1500 ms waiting for acquirer`);
      const ms = lasting(random, 80);
      if (random.next() < 0.06) say(ms, WARN, `Connection to acquirer reset, retrying payment ${payment}`);
      if (random.next() < 0.06) say(ms, WARN, `Payment ${payment} declined by issuer: insufficient funds`);
      else say(ms, INFO, `Payment ${payment} authorised by ${pick(random, ['visa', 'amex'])} in ${ms} ms`);
    },
  },
  {
    ...{ name: 'new messages', rate: 2, faultRate: 0, further: NOTHING },
    request(random, faulty, say) {
      const ms = lasting(random, 5);
      if (random.next() < 0.25)
        return say(ms, INFO, `Search for ${pick(random, USERS)} returned ${id(random) % 60} results in ${ms} ms`);
      if (faulty && random.next() < 0.25)
        return say(ms, WARN, `Price of p-${id(random)} has no currency, shown without`);
      if (random.next() < 0.85) say(ms, INFO, `Product p-${id(random)} served from cache in ${ms} ms`);
      else say(ms, INFO, `Product p-${id(random)} loaded from database in ${4 * ms} ms, cache updated`);
    },
  },
  {
    ...{ name: 'brute force', rate: 0.5, faultRate: 4 },
    request(random, _faulty, say) {
      const ms = lasting(random, 35);
      if (random.next() < 0.07) say(ms, WARN, failedLogin(pick(random, USERS), address(random)));
      else say(ms, INFO, `User ${pick(random, USERS)} logged in from ${address(random)}, password checked in ${ms} ms`);
    },
    further(random, say) {
      say(lasting(random, 35), WARN, failedLogin(pick(random, ['admin', 'root', 'test']), '203.0.113.66'));
    },
  },
];

function failedLogin(user: string, from: string): string {
  return `Login of ${user} from ${from} failed: wrong password`;
}

function lasting(random: Random, typicalMs: number): number {
  return Math.max(1, Math.round(typicalMs * Math.exp(0.3 * random.normal())));
}

/** One stream from its first line: `historyMs` without the fault, then five minutes with it (or without, `faulty` false). */
export function youngTrial(fault: YoungFault, historyMs: number, seed: number, faulty = true): YoungTrial {
  const random = new Random(seed * 7_919 + historyMs / 1_000);
  const feed = new Feed(fault.name);
  const pace = 2 ** (2 * random.next() - 1);
  const beganMs = START + Math.floor(300_000 * random.next());
  const faultMs = beganMs + historyMs;
  const lines: { timeMs: number; severity: number; text: string; request: number }[] = [];
  let requests = (seed & 0xfff) << 16;
  const arrive = (fromMs: number, rate: number, tell: (say: Say, isFaulty: boolean) => void): void => {
    if (rate === 0) return;
    for (let at = fromMs; at < faultMs + FOLLOWED_MS; at += (1_000 * random.exponential()) / (rate * pace)) {
      const request = ++requests;
      const say: Say = (afterMs, severity, text) => lines.push({ timeMs: at + afterMs, severity, text, request });
      tell(say, faulty && at >= faultMs);
    }
  };
  arrive(beganMs, fault.rate, (say, isFaulty) => fault.request(random, isFaulty, say));
  if (faulty) arrive(faultMs, fault.faultRate, (say) => fault.further(random, say));
  lines.sort((a, b) => a.timeMs - b.timeMs);
  let next = 0;
  let falseBefore = 0;
  for (let nowMs = beganMs; nowMs <= faultMs + FOLLOWED_MS; nowMs += 1_000) {
    for (; next < lines.length && lines[next].timeMs < nowMs; next++) {
      const { timeMs, severity, text, request } = lines[next];
      feed.add(Math.floor(timeMs), feed.pool.add(text), severity, request);
    }
    feed.tick(nowMs);
    const { anomalies } = feed.take();
    falseBefore += anomalies.filter(({ endMs }) => endMs <= faultMs).length;
    if (anomalies.some(({ endMs }) => endMs > faultMs)) return { historyMs, afterMs: nowMs - faultMs, falseBefore };
  }
  return { historyMs, afterMs: Infinity, falseBefore };
}
