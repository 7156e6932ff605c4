/**
 * Kinds of services. Two lists: detectors may be tried on the DEVELOPMENT ones; the tests judge on the JUDGING ones, which
 * differ in rhythm, wording, jobs and seeds, and which nothing may be tuned to.
 */

export interface Shape {
  readonly name: string;
  /** Requests per second, averaged over a week. */
  readonly rate: number;
  /** Strength of the day's wave: the busiest hour has e^(2·daily) times the requests of the quietest. */
  readonly daily: number;
  /** Requests at the week-end, relative to a working day. */
  readonly weekend: number;
  /** Standard deviation of the logarithm of the level, and how long it keeps it, in minutes. */
  readonly swing: number;
  readonly swingMinutes: number;
  /** Bursts by chance: so many a day, each with this factor for this long. */
  readonly bursts: { readonly perDay: number; readonly factor: number; readonly minutes: number };
  readonly releasesPerWeek: number;
  /** Rare lines an hour, over the long tail of their kinds. */
  readonly rarePerHour: number;
  /** Share of requests that end in an error. */
  readonly errors: number;
  /** Jobs: every so many seconds, so many lines. */
  readonly jobs: readonly { readonly everySeconds: number; readonly lines: number }[];
  /** How messages are worded. */
  readonly style: 'prose' | 'fields' | 'access';
}

const HOUR = 3_600;

export const DEVELOPMENT: readonly Shape[] = [
  {
    ...{ name: 'web shop', rate: 0.12, daily: 0.9, weekend: 0.6, swing: 0.25, swingMinutes: 8 },
    bursts: { perDay: 2, factor: 3, minutes: 4 },
    ...{ releasesPerWeek: 1, rarePerHour: 3, errors: 0.01, style: 'prose' },
    jobs: [
      { everySeconds: 300, lines: 3 },
      { everySeconds: HOUR, lines: 20 },
    ],
  },
  {
    ...{ name: 'steady api', rate: 0.3, daily: 0.2, weekend: 1, swing: 0.1, swingMinutes: 20 },
    bursts: { perDay: 0.5, factor: 2, minutes: 10 },
    ...{ releasesPerWeek: 0.5, rarePerHour: 1, errors: 0.002, style: 'fields' },
    jobs: [{ everySeconds: 60, lines: 2 }],
  },
  {
    ...{ name: 'office tool', rate: 0.08, daily: 2.2, weekend: 0.05, swing: 0.4, swingMinutes: 5 },
    bursts: { perDay: 1, factor: 4, minutes: 3 },
    ...{ releasesPerWeek: 1, rarePerHour: 2, errors: 0.02, style: 'access' },
    jobs: [
      { everySeconds: 900, lines: 5 },
      { everySeconds: 24 * HOUR, lines: 300 },
    ],
  },
  {
    ...{ name: 'sparse worker', rate: 0.004, daily: 0.5, weekend: 0.8, swing: 0.3, swingMinutes: 30 },
    bursts: { perDay: 1, factor: 6, minutes: 5 },
    ...{ releasesPerWeek: 0.3, rarePerHour: 0.5, errors: 0.03, style: 'prose' },
    jobs: [{ everySeconds: HOUR, lines: 12 }],
  },
];

export const JUDGING: readonly Shape[] = [
  {
    ...{ name: 'ticket sales', rate: 0.15, daily: 1.1, weekend: 1.4, swing: 0.3, swingMinutes: 6 },
    bursts: { perDay: 3, factor: 4, minutes: 3 },
    ...{ releasesPerWeek: 1, rarePerHour: 4, errors: 0.008, style: 'fields' },
    jobs: [
      { everySeconds: 120, lines: 2 },
      { everySeconds: 6 * HOUR, lines: 60 },
    ],
  },
  {
    ...{ name: 'gateway', rate: 0.25, daily: 0.5, weekend: 0.8, swing: 0.15, swingMinutes: 15 },
    bursts: { perDay: 1, factor: 2.5, minutes: 6 },
    ...{ releasesPerWeek: 0.7, rarePerHour: 2, errors: 0.005, style: 'access' },
    jobs: [
      { everySeconds: 30, lines: 1 },
      { everySeconds: HOUR, lines: 8 },
    ],
  },
  {
    ...{ name: 'back office', rate: 0.06, daily: 1.8, weekend: 0.1, swing: 0.5, swingMinutes: 4 },
    bursts: { perDay: 2, factor: 3, minutes: 8 },
    ...{ releasesPerWeek: 1, rarePerHour: 1.5, errors: 0.015, style: 'prose' },
    jobs: [
      { everySeconds: 600, lines: 4 },
      { everySeconds: 24 * HOUR, lines: 150 },
    ],
  },
  {
    ...{ name: 'quiet daemon', rate: 0.006, daily: 0.3, weekend: 1, swing: 0.2, swingMinutes: 60 },
    bursts: { perDay: 0.7, factor: 5, minutes: 10 },
    ...{ releasesPerWeek: 0.2, rarePerHour: 0.3, errors: 0.02, style: 'access' },
    jobs: [{ everySeconds: 1_800, lines: 6 }],
  },
];
