/**
 * What the records of a template are worth looking at for, told from its text once: a failed login, a request. Most
 * templates have no role, and their records cost one look-up.
 */
import { HASH_SEED, IS_ALPHANUMERIC, LOWER } from './byte-classes.ts';
import { WordSet } from './word-set.ts';

/** Speaks of logins; whether this one failed must be asked of each record. */
export const LOGIN = 1;
/** The template itself says that a login failed, or that it succeeded. */
export const LOGIN_FAILED = 2;
export const LOGIN_DONE = 4;
/** Holds an HTTP request. */
export const REQUEST = 8;
/** Says how many times over it stands. */
export const REPEATS = 16;
/** A structured record: what happened is the value of its key `msg`, which varies. */
export const MESSAGE = 32;
/** Roles for whose sake each record is looked into. */
export const LOOKED_INTO = LOGIN | LOGIN_FAILED | LOGIN_DONE | REQUEST | REPEATS;
/** Repeats another message, which the template may leave open: whether it speaks of logins must be asked of each record. */
export const QUOTES = 64;

const LOGIN_WORDS = new WordSet(
  'password passwd login logon signin log-in sign-in logged authentication authenticate authenticated auth credentials ' +
    'credential publickey passphrase otp mfa',
);
const FAILURE_WORDS = new WordSet(
  'failed fail fails failure failures invalid incorrect wrong bad denied rejected refused unauthorized unauthorised ' +
    'illegal locked unsuccessful mismatch',
);
const SUCCESS_WORDS = new WordSet('accepted succeeded success successful successfully granted logged authenticated');
const REPEAT_WORDS = new WordSet('repeated more');
/** By the lower bits of a hash: 1 where it may be that of one of these words. Nearly all others are dismissed by it. */
const IS_LIKE_WORD = new Uint8Array(1024);
for (const words of [LOGIN_WORDS, FAILURE_WORDS, SUCCESS_WORDS, REPEAT_WORDS])
  for (const hash of words) IS_LIKE_WORD[hash & 1023] = 1;
/** Says of an account that there is none: a login that failed, in words that need not speak of logins. */
const NO_SUCH_ACCOUNT = /\b(?:invalid|illegal|unknown|non-?existent|no such) (?:user|username|account|login)\b/i;
/** As syslog puts several equal lines into one: "message repeated 5 times: [ Failed password … ]". */
const QUOTED = /\bmessage repeated\b/i;
/** A method in capitals and what follows it in a request line, the protocol behind the target, or the key of it in JSON. */
const REQUEST_LINE =
  /(?:GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS|CONNECT|TRACE|PROPFIND) (?:\/|<\*>|https?:)|\bHTTP\/\d|"request(?:_line)?": ?"<\*>"/;

/** The key of a message, and a value that varies. */
const MESSAGE_KEY = /(?:^|\s)(?:msg|message|event)="?<\*>/;

const encoder = new TextEncoder();

/** The roles of a template with this text. */
export function rolesOf(text: string): number {
  const bytes = encoder.encode(text);
  const words = wordsIn(bytes, 0, bytes.length);
  let roles = 0;
  if ((words & HAS_LOGIN) !== 0) {
    roles |= LOGIN;
    if ((words & HAS_FAILURE) !== 0) roles |= LOGIN_FAILED;
    else if ((words & HAS_SUCCESS) !== 0) roles |= LOGIN_DONE;
  } else if (NO_SUCH_ACCOUNT.test(text)) roles |= LOGIN | LOGIN_FAILED;
  if (roles !== 0 && (words & HAS_REPEAT) !== 0) roles |= REPEATS;
  if (roles === 0 && QUOTED.test(text)) roles = LOGIN | REPEATS | QUOTES;
  if (REQUEST_LINE.test(text)) roles |= REQUEST;
  else if (MESSAGE_KEY.test(text)) roles |= MESSAGE;
  return roles;
}

/**
 * Does this message say that something failed (1) or succeeded (-1)? 0 for neither.
 * @param ofLogin must it speak of logins?
 */
export function outcomeOf(bytes: Uint8Array, start: number, end: number, ofLogin = false): number {
  const words = wordsIn(bytes, start, end);
  if (ofLogin && (words & HAS_LOGIN) === 0) return 0;
  if ((words & HAS_FAILURE) !== 0) return 1;
  return (words & HAS_SUCCESS) !== 0 ? -1 : 0;
}

function wordsIn(bytes: Uint8Array, start: number, end: number): number {
  let has = 0;
  for (let at = start; at < end; at++) {
    if (IS_ALPHANUMERIC[bytes[at]] === 0) continue;
    let hash = HASH_SEED;
    while (at < end && (IS_ALPHANUMERIC[bytes[at]] === 1 || bytes[at] === 95 || bytes[at] === 45))
      hash = Math.imul(hash ^ LOWER[bytes[at++]], 0x01000193);
    if (IS_LIKE_WORD[hash & 1023] === 0) continue;
    if (LOGIN_WORDS.has(hash)) has |= HAS_LOGIN;
    if (FAILURE_WORDS.has(hash)) has |= HAS_FAILURE;
    if (SUCCESS_WORDS.has(hash)) has |= HAS_SUCCESS;
    if (REPEAT_WORDS.has(hash)) has |= HAS_REPEAT;
  }
  return has;
}

const HAS_LOGIN = 1;
const HAS_FAILURE = 2;
const HAS_SUCCESS = 4;
const HAS_REPEAT = 8;
