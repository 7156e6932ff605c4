/** The rules: which kinds of secrets there are, by which bytes each can be told, and what is put in its place. */
import { DIGIT, UPPER } from './byte-kinds.ts';
import type { Finder } from './finder.ts';
import { findCard } from './finders/card.ts';
import { findEmail } from './finders/email.ts';
import { findIban } from './finders/iban.ts';
import { findIpv4, findIpv6 } from './finders/ip-address.ts';
import { keyValueFinder } from './finders/key-value.ts';
import { findNamedPhone } from './finders/named-phone.ts';
import { findNationalPhone } from './finders/national-phone.ts';
import { findInternationalPhone, findNorthAmericanPhone } from './finders/phone.ts';
import { findApiKey, findAwsKey, findBearer, findJwt, findPrivateKey, KEY_PREFIXES } from './finders/token.ts';
import { findUrlPassword } from './finders/url-password.ts';
import { findUserName } from './finders/user-name.ts';
import { KeyWords, SECRET_WORDS, USER_WORDS } from './key-words.ts';
import type { Action } from './masks.ts';

export const RULE_NAMES = [
  ...(['email', 'card', 'iban', 'phone', 'jwt', 'bearer', 'apiKey', 'awsKey', 'privateKey', 'urlPassword'] as const),
  ...(['keyValue', 'ipv4', 'ipv6', 'userName'] as const),
] as const;
export type RuleName = (typeof RULE_NAMES)[number];

/** Addresses and names of users are what people look for in logs, and what detectors group by: on request only. */
export const DEFAULT_RULES: readonly RuleName[] = RULE_NAMES.slice(0, 11);

export interface Rule {
  readonly name: string;
  /** Inside the angle brackets of its mask. */
  readonly label: string;
  readonly action: Action;
}

interface Trigger {
  readonly rule: number;
  readonly find: Finder;
}

export interface RuleOptions {
  readonly rules: readonly RuleName[];
  readonly action: Action;
  /** By the name of a rule; others have `action`. */
  readonly actions: Readonly<Partial<Record<string, Action>>>;
  /** Further endings of keys whose values are secret, in small letters. */
  readonly secretWords: readonly string[];
}

/** What the rules are made of, compiled. */
export class RuleSet {
  readonly rules: readonly Rule[];
  /** By byte: what to try there, most telling first; undefined for most bytes. */
  readonly triggers: readonly (readonly Trigger[] | undefined)[];
  /** Keys of secret values and of user names; undefined where the rule is off. */
  readonly secretKeys: KeyWords | undefined;
  readonly userKeys: KeyWords | undefined;
  readonly enabled: ReadonlySet<RuleName>;

  constructor({ rules: names, action, actions, secretWords }: RuleOptions) {
    this.enabled = new Set(names);
    const known = RULE_NAMES.filter((name) => this.enabled.has(name));
    this.rules = known.map((name) => ({ name, label: LABELS[name], action: actions[name] ?? action }));
    this.secretKeys = this.enabled.has('keyValue') ? new KeyWords([...SECRET_WORDS, ...secretWords]) : undefined;
    this.userKeys = this.enabled.has('userName') ? new KeyWords(USER_WORDS) : undefined;
    const triggers: Trigger[][] = Array.from({ length: 256 }, () => []);
    // The password of a URL is tried before the key that might stand before its colon.
    for (const name of TRIED_IN_ORDER) {
      const rule = known.indexOf(name);
      if (rule >= 0)
        for (const [bytes, find] of this.#finders(name)) for (const byte of bytes) triggers[byte].push({ rule, find });
    }
    this.triggers = triggers.map((list) => (list.length === 0 ? undefined : list));
  }

  /** The index of a rule in `rules`, -1 when it is off. */
  indexOf(name: RuleName): number {
    return this.rules.findIndex((rule) => rule.name === name);
  }

  #finders(name: RuleName): readonly (readonly [readonly number[], Finder])[] {
    switch (name) {
      case 'email':
        return [[codes('@'), findEmail]];
      case 'card':
        return [[codes('23456'), findCard]];
      case 'iban':
        return [[UPPERS, findIban]];
      case 'phone':
        return [
          [codes('+'), findInternationalPhone],
          [[...codes('('), ...DIGITS], findNorthAmericanPhone],
          [codes('(0'), findNationalPhone],
          [[...codes('+('), ...DIGITS], findNamedPhone],
        ];
      case 'jwt':
        return [[codes('e'), findJwt]];
      case 'bearer':
        return [[codes('Bb'), findBearer]];
      case 'apiKey':
        return [[[...new Set(KEY_PREFIXES.map(({ prefix }) => prefix.charCodeAt(0)))], findApiKey]];
      case 'awsKey':
        return [[codes('A'), findAwsKey]];
      case 'privateKey':
        return [[codes('-'), findPrivateKey]];
      case 'urlPassword':
        return [[codes(':'), findUrlPassword]];
      case 'keyValue':
        return this.secretKeys === undefined ? [] : [[codes('=:'), keyValueFinder(this.secretKeys)]];
      case 'ipv4':
        return [[DIGITS, findIpv4]];
      case 'ipv6':
        return [[codes(':'), findIpv6]];
      case 'userName':
        return this.userKeys === undefined
          ? []
          : [
              [codes('=:'), keyValueFinder(this.userKeys)],
              [codes('u'), findUserName],
            ];
    }
  }
}

const LABELS: Readonly<Record<RuleName, string>> = {
  email: 'EMAIL',
  card: 'CARD',
  iban: 'IBAN',
  phone: 'PHONE',
  jwt: 'JWT',
  bearer: 'TOKEN',
  apiKey: 'API_KEY',
  awsKey: 'AWS_KEY',
  privateKey: 'PRIVATE_KEY',
  urlPassword: 'SECRET',
  keyValue: 'SECRET',
  ipv4: 'IP',
  ipv6: 'IP',
  userName: 'USER',
};

const TRIED_IN_ORDER: readonly RuleName[] = ['urlPassword', ...RULE_NAMES.filter((name) => name !== 'urlPassword')];

const codes = (characters: string): number[] => [...characters].map((character) => character.charCodeAt(0));
const bytesOf = (kind: Uint8Array): number[] => [...kind.keys()].filter((byte) => kind[byte] === 1);
const DIGITS = bytesOf(DIGIT);
const UPPERS = bytesOf(UPPER);
