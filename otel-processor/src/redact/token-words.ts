/** Words that begin tokens, and by which pairs of bytes in them the prefilter tells them. */
import { TOKEN } from './byte-kinds.ts';
import { KEY_PREFIXES } from './finders/token.ts';
import type { RuleName } from './rules.ts';

const WORDS_OF: Readonly<Partial<Record<RuleName, readonly string[]>>> = {
  jwt: ['eyJ'],
  bearer: ['Bearer ', 'bearer ', 'BEARER '],
  awsKey: ['AKIA', 'ASIA'],
  apiKey: KEY_PREFIXES.map(({ prefix }) => prefix),
  privateKey: ['BEGIN '],
  userName: ['user '],
};
/** Of these the second and third byte tell alone: rare together, and what would follow them is not. */
const TELLING: ReadonlySet<string> = new Set(['eyJ', 'sk-', 'AIza']);

/** All but `begins` by pair: first byte + 256 × second byte. */
export interface WordTable {
  /** 1 at the first two bytes of a word, and at the second and third. */
  readonly begin: Uint8Array;
  /** 1 at the two bytes that follow those. */
  readonly goOn: Uint8Array;
  /** 1 at two bytes that tell a word alone. */
  readonly alone: Uint8Array;
  /** Bit k says that a word may begin k bytes before the pair by which it is told. */
  readonly back: Uint8Array;
  /** By the first three bytes of a word (`threeAt`). */
  readonly begins: Uint8Array;
}

/** A hash of the three bytes at `at`. */
export function threeAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] * 7 + bytes[at + 1] * 61 + bytes[at + 2] * 599) & (THREES - 1);
}

const THREES = 8192;

export function wordTable(rules: ReadonlySet<RuleName>): WordTable {
  const [begin, goOn, alone, back] = Array.from({ length: 4 }, () => new Uint8Array(65_536));
  const begins = new Uint8Array(THREES);
  const words = Object.entries(WORDS_OF).flatMap(([rule, list]) => (rules.has(rule as RuleName) ? list : []));
  for (const word of words) {
    const bytes = Buffer.from(word);
    begins[threeAt(bytes, 0)] = 1;
    for (const odd of [0, 1]) {
      const first = bytes[odd] + 256 * bytes[odd + 1];
      if (odd === 1 && TELLING.has(word)) {
        alone[first] = 1;
        back[first] |= 1 << odd;
        continue;
      }
      begin[first] = 1;
      for (const second of odd + 3 < bytes.length ? [bytes[odd + 3]] : TOKENS) {
        const next = bytes[odd + 2] + 256 * second;
        goOn[next] = 1;
        back[next] |= 1 << (odd + 2);
      }
    }
  }
  return { begin, goOn, alone, back, begins };
}

const TOKENS = [...TOKEN.keys()].filter((byte) => TOKEN[byte] === 1);
