/**
 * A miner without mining: every distinct message is a template of its own. The engine's tests and bench use it where
 * what is asked is not how lines are grouped. Messages that begin with `merge` merge into the message behind the
 * blank's right side once seen three times (`mergeA B` into `B`), so that tests can make merges happen.
 */
import type { CreateTemplateMiner, TemplateChange, TemplateMiner } from '../../src/templates/template-miner.ts';

interface Entry {
  text: string;
  seen: number;
  used: number;
  into: number;
}

export const createMessageMiner: CreateTemplateMiner = (limits, saved): TemplateMiner => {
  const state = saved === undefined ? { entries: [] as Entry[], clock: 0 } : load(saved);
  const { entries } = state;
  const byText = new Map<string, number>();
  entries.forEach((entry, index) => entry.text !== '' && byText.set(entry.text, index));
  const free = entries.flatMap((entry, index) => (entry.text === '' ? [index] : []));
  const changes: TemplateChange[] = [];
  // A cache over the bytes' hash keeps the string out of the hot path, as a real miner's front cache does.
  const cache = new Map<number, number>();

  const resolve = (index: number): number => {
    let at = index;
    while (entries[at].into >= 0) at = entries[at].into;
    return at;
  };
  const evict = (): void => {
    let oldest = -1;
    entries.forEach((entry, index) => {
      if (entry.text !== '' && entry.into < 0 && (oldest < 0 || entry.used < entries[oldest].used)) oldest = index;
    });
    const { text } = entries[oldest];
    changes.push({ kind: 'evicted', index: oldest, id: String(hash(text)) });
    for (const [name, index] of byText) if (resolve(index) === oldest) byText.delete(name);
    entries[oldest] = { text: '', seen: 0, used: 0, into: -1 };
    cache.clear();
    free.push(oldest);
  };
  const create = (text: string): number => {
    if (byText.size >= limits.maxTemplates) evict();
    const index = free.pop() ?? entries.length;
    entries[index] = { text, seen: 0, used: 0, into: -1 };
    byText.set(text, index);
    changes.push({ kind: 'created', index });
    return index;
  };
  const find = (text: string): number => {
    const index = byText.get(text) ?? create(text);
    if (text.startsWith('merge') && entries[index].into < 0 && entries[index].seen === 2) {
      const target = resolve(
        byText.get(text.slice(text.indexOf(' ') + 1)) ?? create(text.slice(text.indexOf(' ') + 1)),
      );
      if (target !== index && entries[index].text === text) {
        entries[index].into = target;
        changes.push({ kind: 'merged', from: index, to: target });
        cache.clear();
      }
    }
    entries[index].seen++;
    return index;
  };
  const mine = (bytes: Uint8Array, start: number, end: number): number => {
    let key = 0x811c9dc5;
    for (let i = start; i < end; i++) key = Math.imul(key ^ bytes[i], 0x01000193);
    let index = cache.get(key);
    if (index === undefined) {
      index = find(Buffer.from(bytes.subarray(start, end)).toString('latin1'));
      if (bytes[start] !== 0x6d) cache.set(key, index);
    }
    index = resolve(index);
    entries[index].used = ++state.clock;
    return index;
  };
  return {
    mine,
    adopt: mine,
    resolve,
    idHigh: (index) => hash(entries[index].text),
    idLow: (index) => hash(`${entries[index].text}!`),
    text: (index) => entries[resolve(index)].text,
    get size() {
      return entries.length;
    },
    takeChanges: () => (changes.length === 0 ? NO_CHANGES : changes.splice(0)),
    save: () => new TextEncoder().encode(JSON.stringify({ entries, clock: state.clock, free })),
  };
};

const NO_CHANGES: TemplateChange[] = [];

function load(saved: Uint8Array): { entries: Entry[]; clock: number } {
  return JSON.parse(new TextDecoder().decode(saved)) as { entries: Entry[]; clock: number };
}

function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
