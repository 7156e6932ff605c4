/**
 * The families of detectors, each of which can be switched off. One that is off does not judge, learns nothing, holds no
 * memory, and what only it needs of records and windows is not measured.
 */

/** What each family finds, in the order in which people are told. */
export const FAMILY_MEANINGS = {
  novelty: 'new and rare templates, and too many new ones in a window',
  rate: 'too many or too few records of a stream, its season included',
  'template-rate': 'too many or too few records of a template',
  'error-rate': 'too large a share of errors',
  silence: 'a regular template that does not come',
  figures: 'odd figures of a window: response times, users, addresses, bytes, number and order of templates',
  'parameter-values': 'an odd value in a line',
  'value-shift': 'values that have moved as a whole',
  sessions: 'order, make-up, errors and duration of sessions, and windows with many odd ones',
  'unusual-windows': 'windows that are unusual as a whole, by the models of engine.windowModels',
  security: 'log-ins guessed, injections, request bursts',
  drift: 'slow changes of what a stream is like',
  correlation: 'services that have always moved together and no longer do',
} as const;

export type DetectorFamily = keyof typeof FAMILY_MEANINGS;

export const DETECTOR_FAMILIES = Object.keys(FAMILY_MEANINGS) as [DetectorFamily, ...DetectorFamily[]];

/** Which families are on, and what has to be measured for them. */
export class Families {
  readonly #off: ReadonlySet<DetectorFamily>;

  constructor(off: readonly DetectorFamily[] = []) {
    this.#off = new Set(off);
  }

  has(...some: readonly DetectorFamily[]): boolean {
    return some.some((family) => !this.#off.has(family));
  }

  /** Who did what and how long it took, as figures of a window. */
  get measuresActors(): boolean {
    return this.has('figures', 'unusual-windows', 'drift');
  }

  /** How unexpected templates follow each other. */
  get measuresOrder(): boolean {
    return this.has('figures', 'unusual-windows');
  }

  /** The numbers in messages: how long something took stands among them. */
  get measuresNumbers(): boolean {
    return this.has('value-shift') || this.measuresActors;
  }

  /** Is any record looked into, beyond its template? */
  get looksIntoRecords(): boolean {
    return this.has('security', 'parameter-values', 'sessions') || this.measuresNumbers;
  }
}
