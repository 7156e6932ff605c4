/**
 * Replaces the secrets of one text. Here everything is exact and byte by byte; only texts of records that the prefilter
 * (prefilter.ts) did not dismiss come here.
 */
import { ByteSink } from '../otlp/byte-sink.ts';
import { DIGIT } from './byte-kinds.ts';
import { applyCustomRules, type CustomRule } from './custom-rules.ts';
import { hit } from './finder.ts';
import { bareInJson } from './json-place.ts';
import type { Masks } from './masks.ts';
import type { RuleSet } from './rules.ts';

/** Masking may let something be seen that its neighbour hid; this often it is looked at again. */
const MAX_ROUNDS = 8;

export class TextRedactor {
  readonly #rules: RuleSet;
  readonly #custom: readonly CustomRule[];
  readonly #masks: Masks;
  readonly #count: (rule: number) => void;
  /** What the rounds write, in turn. */
  readonly #rounds = [new ByteSink(), new ByteSink()] as const;

  /** @param count Told the index of the rule for every secret; custom rules are counted behind the others. */
  constructor(rules: RuleSet, custom: readonly CustomRule[], masks: Masks, count: (rule: number) => void) {
    this.#rules = rules;
    this.#custom = custom;
    this.#masks = masks;
    this.#count = count;
  }

  /** Appends the text `bytes[start, end)` without its secrets to `out`; when it has none, false, and `out` stays. */
  redact(bytes: Uint8Array, start: number, end: number, tenant: string, out: ByteSink): boolean {
    let source = bytes;
    let from = start;
    let to = end;
    let changed = false;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const sink = this.#rounds[round & 1];
      sink.length = 0;
      const own = this.#replaceAll(source, from, to, tenant, sink);
      if (own) {
        source = sink.bytes;
        from = 0;
        to = sink.length;
      }
      const custom = this.#custom.length === 0 ? undefined : this.#applyCustom(source, from, to, tenant);
      if (custom !== undefined) {
        source = custom;
        from = 0;
        to = custom.length;
      }
      if (!own && custom === undefined) break;
      changed = true;
    }
    if (changed) out.copy(source, from, to);
    return changed;
  }

  #applyCustom(bytes: Uint8Array, start: number, end: number, tenant: string): Buffer | undefined {
    const own = this.#rules.rules.length;
    return applyCustomRules(this.#custom, this.#masks, tenant, bytes, start, end, (rule) => this.#count(own + rule));
  }

  /** One round, from left to right; of two secrets that overlap the first is taken. */
  #replaceAll(bytes: Uint8Array, start: number, end: number, tenant: string, out: ByteSink): boolean {
    const { triggers, rules } = this.#rules;
    let copied = start;
    let floor = start;
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      if (byte === LESS) {
        const behind = this.#masks.endOf(bytes, at, end);
        if (behind > 0) {
          floor = behind;
          at = behind - 1;
          continue;
        }
      }
      const tried = triggers[byte];
      // A number is tried where it begins.
      if (tried === undefined || (DIGIT[byte] === 1 && at > floor && DIGIT[bytes[at - 1]] === 1)) continue;
      for (let t = 0; t < tried.length; t++) {
        if (!tried[t].find(bytes, at, floor, end) || hit.start < floor) continue;
        const { start: first, end: last } = hit;
        // The value of a key that was masked before.
        if (this.#masks.endOf(bytes, first, last) === last) continue;
        const { action, label } = rules[tried[t].rule];
        out.copy(bytes, copied, first);
        const mask = this.#masks.text(action, label, tenant, bytes, first, last);
        const bare = bareInJson(bytes, start, first, last, end);
        write(out, bare ? (mask === '' ? 'null' : `"${mask}"`) : mask);
        this.#count(tried[t].rule);
        copied = floor = last;
        at = last - 1;
        break;
      }
    }
    if (copied === start) return false;
    out.copy(bytes, copied, end);
    return true;
  }
}

function write(out: ByteSink, text: string): void {
  for (let i = 0; i < text.length; i++) out.byte(text.charCodeAt(i));
}

const LESS = 0x3c;
