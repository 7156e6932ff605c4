/**
 * What is known about words: whether log statements of many programs use one (then it is likely a constant of the
 * statement), or whether it is a name or value although it looks like a word.
 */
import { hashWord } from './byte-classes.ts';
import { MESSAGE_WORDS } from './vocabulary-words.ts';
import { WordSet } from './word-set.ts';

/** Kinds of token. */
export const VARIABLE = 0;
/** A word of the vocabulary: evidence for a constant. */
export const WORD = 1;
/** "of", "the", "is": constants that say little. */
export const FUNCTION_WORD = 2;
export const UNKNOWN = 3;
/** The key of `key=value`. */
export const KEY = 4;
/** Only punctuation. */
export const NOTHING = 5;
/** A vocabulary word in capitals: constant or state. */
export const CAPITAL_WORD = 6;

/** A constant of the structure around the message: level, logger, key of a JSON body. Never left out, and no evidence. */
export const STRUCTURE = 7;

const FUNCTION_WORDS =
  'a an the of to in on at by for from with as is are was were be been and or this that it its has have had will ' +
  'would into over after before than then so if while when via per your you we i he she they them their our up out';
/** Words of the vocabulary that are values far more often than constants. */
const NAMES =
  'root admin administrator guest nobody test default main localhost null nil none true false yes unknown undefined ' +
  'public private local internal external primary secondary master slave backup name system demo foo bar web mail http';
const DATE_WORDS = 'jan feb mar apr jun jul aug sep oct nov dec mon tue wed thu fri sat sun am pm utc gmt est pst cet';

const KINDS = new Map<number, number>();
const RANKS = new Map<number, number>();
for (const [rank, word] of MESSAGE_WORDS.entries()) {
  KINDS.set(hashWord(word), WORD);
  RANKS.set(hashWord(word), rank);
}
for (const hash of new WordSet(FUNCTION_WORDS)) KINDS.set(hash, FUNCTION_WORD);
for (const hash of new WordSet(NAMES)) KINDS.set(hash, UNKNOWN);
for (const hash of new WordSet(DATE_WORDS)) KINDS.set(hash, VARIABLE);

/** WORD, FUNCTION_WORD, UNKNOWN (a name), VARIABLE (a part of a date), or undefined; of the hash in small letters. */
export function kindOfWord(lowerHash: number): number | undefined {
  return KINDS.get(lowerHash);
}

/** 0 for the most common word of messages; undefined for a word that is not in the vocabulary. */
export function rankOfWord(lowerHash: number): number | undefined {
  return RANKS.get(lowerHash);
}

/** What follows a number and belongs to it. */
export const UNITS = new WordSet(
  'ms us ns s sec secs second seconds minute minutes mins min hour hours hrs h day days kb mb gb tb b kib mib gib ' +
    'k m g bytes byte times x',
);

const MESSAGE_KEY_LIST = 'msg message event log text body MESSAGE Message @m @mt description';
/** Keys whose value is the message itself. */
export const MESSAGE_KEYS = new WordSet(MESSAGE_KEY_LIST);

const FREE_TEXT_KEY_LIST =
  'reason cause caused error err exception detail details desc description statement query sql command cmd comment ' +
  'title subject output stderr stdout response body payload args arguments argv options opts params parameters ' +
  'headers agent useragent user-agent text message';
/** Keys (in small letters) whose value is text of several words, unquoted or not. */
export const FREE_TEXT_KEYS = new WordSet(FREE_TEXT_KEY_LIST);

/** Words (in small letters) after which a colon introduces the reason. */
export const FAILURE_WORDS = new WordSet(
  "failed failure failing fail cannot can't couldn't could unable rejected refused denied aborted cancelled canceled " +
    'skipping skipped ignoring ignored unexpected exception error lost discarded dropped unhandled rejecting',
);

export const HTTP_METHODS = new WordSet('GET POST PUT DELETE HEAD PATCH OPTIONS CONNECT');

const TERM_LIST =
  'ipv4 ipv6 utf8 utf-8 utf-16 http/1.1 http/1.0 http/2 http/2.0 md5 sha1 sha256 sha512 sha-1 sha-256 base64 x86 ' +
  'x86_64 i386 amd64 arm64 log4j s3 ec2 k8s oauth2 oauth h2 http2 socks5 socks4 int32 int64 uint32 uint64 float64 ' +
  'float32 x509 iso8601 rfc3164 rfc5424 p2p b2b level1 level2 l1 l2 l3 tls1 sslv2 sslv3 tlsv1 ssl3 dns64 nfs3 nfs4 ' +
  'nfsv3 nfsv4 ext2 ext3 ext4 fat32 win32 r2 2nd 1st 3rd ikev1 ikev2 pkcs11 pkcs12 ed25519';
/** Names of standards with a digit in them (small letters): constants, unlike other tokens with digits. */
export const TERMS_WITH_DIGITS = new WordSet(TERM_LIST);

/** Words that say how bad a message is, or that something failed: never a name, not even before a colon. */
export const SEVERITIES = new WordSet(
  'error warning warn info debug fatal critical notice trace panic alert failed failure exception',
);

/** Names of severities as they stand in headers (small letters). */
export const LEVELS = new WordSet(
  'trace debug info information notice warn warning error err fatal critical crit severe alert emerg verbose fine finer ' +
    'finest config panic',
);

/** Opposites and states: two lines that differ in one of these say different things. */
export const STATE_WORDS = new WordSet(
  'not no non never without error errors fail failed failure failures failing success successful successfully ' +
    "succeeded ok unable cannot can't couldn't " +
    'invalid missing start stop started stopped begin end open closed' +
    ' on off up down enabled disabled enable disable connected disconnected connect disconnect added removed add remove created deleted create delete ' +
    'suspended resumed accepted rejected granted denied allowed blocked joined left locked unlocked opened completed finished ' +
    'aborted canceled cancelled acquired released mounted unmounted registered unregistered sent received opening closing starting stopping ' +
    'adding removing creating deleting begins ends began ended finish begun expired renewed available unavailable loaded unloaded attached detached',
);

/** How far something got: alone after a colon they are the statement ("index build: done"), where others are values. */
export const PHASE_WORDS = new WordSet(
  'start starts started starting begin begins began beginning end ends ended ending stop stops stopped stopping finish ' +
    'finishes finished finishing done complete completed enter entered entering exit exited exiting',
);

/** Nouns and prepositions that a name follows: "user root", "table orders". */
export const NAME_TAKING_WORDS = new WordSet(
  'user users topic queue table database db datastore bucket volume named name called host node server client service ' +
    'container pod job task thread module plugin domain id type state status mode action command method function ' +
    'interface device group role account tenant namespace session channel index shard partition vhost zone rule policy ' +
    'tag key property option parameter file profile application app component class event reason cause process ' +
    'program owner principal realm schema keyspace collection feature operation stage phase step level language image ' +
    'resource from to for by as on in',
);
export const PREPOSITIONS = new WordSet('to from for in at by of on with into as via is was');

const QUICK_MASK = 4095;
const quickSlot = (hash: number): number => (hash ^ (hash >>> 12)) & QUICK_MASK;

function quickTable(words: readonly string[]): Uint8Array {
  const table = new Uint8Array(QUICK_MASK + 1);
  for (const word of words) table[quickSlot(hashWord(word))] = 1;
  return table;
}

const QUICK_TERMS = quickTable(
  TERM_LIST.split(' ').flatMap((term) => [
    term,
    term.toUpperCase(),
    term[0].toUpperCase() + term.slice(1),
    term.replace(/^ipv/, 'IPv'),
    term.replace(/^(tls|ssl)v/, (_, name: string) => `${name.toUpperCase()}v`),
  ]),
);
/** By the hash of the term in small letters with 0 for its digits. */
const QUICK_SHAPES_OF_TERMS = quickTable(TERM_LIST.split(' ').map((term) => term.replace(/\d/g, '0')));
const QUICK_TEXT_KEYS = quickTable(`${MESSAGE_KEY_LIST} ${FREE_TEXT_KEY_LIST}`.split(' '));

/** True for every term with digits in a common spelling, and for a few other tokens: a first sieve without a Map. */
export function mayBeTerm(hash: number): boolean {
  return QUICK_TERMS[quickSlot(hash)] === 1;
}

/** True for the shape (small letters, 0 for every digit) of every term with digits, and for a few other shapes. */
export function mayBeShapeOfTerm(hash: number): boolean {
  return QUICK_SHAPES_OF_TERMS[quickSlot(hash)] === 1;
}

/** True for every key whose value is text, and for a few other words. */
export function mayBeTextKey(hash: number): boolean {
  return QUICK_TEXT_KEYS[quickSlot(hash)] === 1;
}
