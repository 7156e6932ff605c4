/** The known template most like a new one, and in which words the two differ: what a new kind of line would normally have said. */
import type { NamedTemplate } from './reasons.ts';

/** A known template, and what differs, in words. */
export interface NearestTemplate {
  readonly index: number;
  readonly template: NamedTemplate;
  /** What the new template has in place of the known one's words; '' on one side when words were added or left out. */
  readonly differences: readonly { readonly known: string; readonly new: string }[];
}

/** Words of the templates of one stream, kept from one question to the next; about 100 bytes a template. */
export class NearestTemplates {
  /** By template index: the id that its words were read under, and their hashes, each once, ascending. */
  readonly #words = new Map<number, { id: string; hashes: Int32Array }>();

  /** The known template that shares most words; undefined when none shares a third of them. */
  find(
    template: NamedTemplate,
    known: Iterable<number>,
    named: (index: number) => NamedTemplate,
  ): NearestTemplate | undefined {
    const own = hashesOf(template.text);
    let nearest = -1;
    let best = LEAST_LIKENESS;
    for (const index of known) {
      const likeness = dice(own, this.#hashes(index, named));
      if (likeness <= best) continue;
      best = likeness;
      nearest = index;
    }
    if (nearest < 0) return undefined;
    const found = named(nearest);
    return { index: nearest, template: found, differences: differences(found.text, template.text) };
  }

  #hashes(index: number, named: (index: number) => NamedTemplate): Int32Array {
    const kept = this.#words.get(index);
    const template = named(index);
    if (kept?.id === template.id) return kept.hashes;
    const hashes = hashesOf(template.text);
    this.#words.set(index, { id: template.id, hashes });
    return hashes;
  }
}

/** Words and values: what stands between blanks and signs. */
function wordsOf(text: string): string[] {
  return (text.match(/<\*>|[\p{L}\p{N}_]+/gu) ?? []).slice(0, MOST_WORDS);
}

function hashesOf(text: string): Int32Array {
  const hashes = new Set<number>();
  for (const word of wordsOf(text)) if (word !== '<*>') hashes.add(hash(word));
  return Int32Array.from(hashes).sort();
}

function hash(word: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) h = Math.imul(h ^ word.charCodeAt(i), 0x01000193);
  return h | 0;
}

/** Twice what two ascending sets share, by what they have (Dice 1945). */
function dice(a: Int32Array, b: Int32Array): number {
  let [i, j, shared] = [0, 0, 0];
  while (i < a.length && j < b.length)
    if (a[i] === b[j]) {
      shared++;
      i++;
      j++;
    } else if (a[i] < b[j]) i++;
    else j++;
  return (2 * shared) / Math.max(1, a.length + b.length);
}

/** The runs of words in which two texts differ, by their longest common subsequence. */
function differences(known: string, fresh: string): { known: string; new: string }[] {
  const [a, b] = [wordsOf(known), wordsOf(fresh)];
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] =
        a[i] === b[j]
          ? longest[(i + 1) * width + j + 1] + 1
          : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
  const found: { known: string; new: string }[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [fromA, fromB] = [i, j];
    while ((i < a.length || j < b.length) && !(i < a.length && j < b.length && a[i] === b[j]))
      if (j >= b.length || (i < a.length && longest[(i + 1) * width + j] >= longest[i * width + j + 1])) i++;
      else j++;
    if (i > fromA || j > fromB) found.push({ known: a.slice(fromA, i).join(' '), new: b.slice(fromB, j).join(' ') });
    while (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    }
  }
  return found;
}

const LEAST_LIKENESS = 1 / 3;
const MOST_WORDS = 64;
