/** The attribute keys that the decoder looks for on every record, compiled so that most keys are dismissed by their length. */
import { DEFAULT_ANNOTATION_NAMES, FILE_NAME, TEMPLATE_TEXT, type AnnotationNames } from './attribute-names.ts';

/** What a key says about its record. */
export const NOT_OURS = 0;
export const MARK = 1;
export const TEMPLATE = 2;
export const FILE = 3;
/** From here on: values kept in the list `values` of the columns; up to SIZE they tell who did what. */
export const ADDRESS = 4;
export const USER = 5;
export const STATUS = 6;
export const PATH = 7;
export const QUERY = 8;
/** In s, as the semantic conventions have durations. */
export const DURATION = 9;
export const SIZE = 10;
/** Ties records together into a session where they have no trace id. */
export const SESSION = 11;
/** The service of the record itself, where its resource is of several. */
export const SERVICE = 13;
/** How many equal records this one stands for: the Collector's log deduplication processor leaves it. */
export const COUNT = 12;

/** Semantic conventions 1.44, with the older names that are still about; the more telling of two comes last. */
const VALUE_NAMES: readonly (readonly [number, string])[] = [
  [ADDRESS, 'network.peer.address'],
  [ADDRESS, 'source.address'],
  [ADDRESS, 'client.address'],
  [USER, 'user.id'],
  [USER, 'enduser.id'],
  [USER, 'user.name'],
  [STATUS, 'http.status_code'],
  [STATUS, 'http.response.status_code'],
  [PATH, 'http.target'],
  [PATH, 'url.path'],
  [QUERY, 'url.query'],
  [DURATION, 'http.client.request.duration'],
  [DURATION, 'http.server.request.duration'],
  [SIZE, 'http.response.body.size'],
  [SERVICE, 'service.name'],
  [COUNT, 'log_count'],
];

/** As the semantic conventions name it. */
const SESSION_ID = 'session.id';

interface Key {
  readonly bytes: Uint8Array;
  /** The same, four bytes at a time; the last word overlaps the one before so that it ends with the key. */
  readonly words: Int32Array;
  readonly meaning: number;
  /** Another key of this length. */
  readonly next: Key | undefined;
}

export interface RecordKeys {
  /** By length in bytes, up to 127: the first key of this length. */
  readonly byLength: readonly (Key | undefined)[];
  /** By 256 × length + last byte: 1 where `byLength` has a key that ends so. Cheaper to ask, and nearly all others end so never. */
  readonly endings: Uint8Array;
}

/** A key of one length byte: the decoder dismisses longer ones unread. */
const LONGEST_KEY = 127;

/**
 * @param names Names that differ from the default ones, as the annotator has them: its marks are found again.
 * @param session Name of the attribute that ties records together into a session.
 * @throws RangeError for a name of more than 127 bytes.
 */
export function compileRecordKeys(names: Partial<AnnotationNames> = {}, session = SESSION_ID): RecordKeys {
  const { score, unscored } = { ...DEFAULT_ANNOTATION_NAMES, ...names };
  const byLength: (Key | undefined)[] = Array.from({ length: 256 }, () => undefined);
  const endings = new Uint8Array((LONGEST_KEY + 1) * 256);
  const add = (name: string, meaning: number): void => {
    const bytes = Buffer.from(name, 'utf8');
    if (bytes.length > LONGEST_KEY)
      throw new RangeError(`attribute name: expected at most ${LONGEST_KEY} bytes, got ${bytes.length} ("${name}")`);
    byLength[bytes.length] = { bytes, words: wordsOf(bytes), meaning, next: byLength[bytes.length] };
    endings[bytes.length * 256 + (bytes.at(-1) ?? 0)] = 1;
  };
  for (const [meaning, name] of VALUE_NAMES) add(name, meaning);
  add(session, SESSION);
  // Within a length the last one added is tried first: the file name is on every record of a file source.
  add(TEMPLATE_TEXT, TEMPLATE);
  add(unscored, MARK);
  add(score, MARK);
  add(FILE_NAME, FILE);
  return { byLength, endings };
}

function wordsOf(bytes: Buffer): Int32Array {
  if (bytes.length < 4) return new Int32Array(0);
  const words = new Int32Array((bytes.length + 3) >> 2);
  for (let i = 0; i < words.length; i++) words[i] = bytes.readInt32LE(Math.min(i * 4, bytes.length - 4));
  return words;
}

/** MARK, TEMPLATE, FILE, a kind of value or NOT_OURS for the key of `length` bytes at `start`. */
export function meaningOf(keys: RecordKeys, bytes: Uint8Array, view: DataView, start: number, length: number): number {
  if (length > LONGEST_KEY) return NOT_OURS;
  for (let key = keys.byLength[length]; key !== undefined; key = key.next)
    if (length < 4 ? hasBytes(bytes, start, key.bytes) : hasWords(view, start, length, key.words)) return key.meaning;
  return NOT_OURS;
}

function hasWords(view: DataView, start: number, length: number, words: Int32Array): boolean {
  // The end first: our names and those of others begin alike more often than they end alike.
  let last = words.length - 1;
  if (view.getInt32(start + length - 4, true) !== words[last]) return false;
  while (--last >= 0) if (view.getInt32(start + last * 4, true) !== words[last]) return false;
  return true;
}

function hasBytes(bytes: Uint8Array, start: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false;
  return true;
}
