/** Rules from the configuration: regular expressions, run on the text that the rules of the house have left. */
import { isUtf8 } from 'node:buffer';
import type { Rule } from './rules.ts';
import type { Action, Masks } from './masks.ts';
import { linearRegExp } from './linear-regexp.ts';

/** A custom rule as the configuration has it. */
export interface CustomRuleOptions {
  /** Letters, digits and `_`; in capitals it is the label of the mask. */
  readonly name: string;
  readonly pattern: string;
  readonly action?: Action | undefined;
  /** A text that every match contains: records without it are not looked at. */
  readonly contains?: string | undefined;
}

export interface CustomRule extends Rule {
  readonly expression: RegExp;
  readonly contains: Buffer | undefined;
}

/** @throws ConfigError for a pattern that is wrong or not safe. */
export function compileCustomRules(rules: readonly CustomRuleOptions[], action: Action): CustomRule[] {
  return rules.map((rule, i) => ({
    name: rule.name,
    label: rule.name.toUpperCase(),
    action: rule.action ?? action,
    expression: linearRegExp(`redact.custom[${i}].pattern`, rule.pattern),
    contains: rule.contains === undefined ? undefined : Buffer.from(rule.contains),
  }));
}

/**
 * The text `bytes[start, end)` with what the rules find replaced, undefined when they find nothing. Masks that stand in
 * it are left alone. `matched` is told the index of the rule for each match.
 */
export function applyCustomRules(
  rules: readonly CustomRule[],
  masks: Masks,
  tenant: string,
  bytes: Uint8Array,
  start: number,
  end: number,
  matched: (rule: number) => void,
): Buffer | undefined {
  let source = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  let changed = false;
  for (const [index, rule] of rules.entries()) {
    if (rule.contains !== undefined && !source.includes(rule.contains)) continue;
    // What is no UTF-8 is read byte by byte, so that all of it survives.
    const encoding = isUtf8(source) ? 'utf8' : 'latin1';
    let replaced = false;
    const parts = betweenMasks(source, masks).map(({ text, isMask }) => {
      if (isMask) return text;
      const before = text.toString(encoding);
      const after = before.replace(rule.expression, (secret) => {
        if (secret === '') return '';
        matched(index);
        replaced = true;
        const secretBytes = Buffer.from(secret, encoding);
        return masks.text(rule.action, rule.label, tenant, secretBytes, 0, secretBytes.length);
      });
      return after === before ? text : Buffer.from(after, encoding);
    });
    if (!replaced) continue;
    source = Buffer.concat(parts);
    changed = true;
  }
  return changed ? source : undefined;
}

function betweenMasks(text: Buffer, masks: Masks): { text: Buffer; isMask: boolean }[] {
  const parts: { text: Buffer; isMask: boolean }[] = [];
  let from = 0;
  for (let at = text.indexOf(0x3c); at >= 0; at = text.indexOf(0x3c, at + 1)) {
    const behind = masks.endOf(text, at, text.length);
    if (behind < 0) continue;
    parts.push({ text: text.subarray(from, at), isMask: false }, { text: text.subarray(at, behind), isMask: true });
    from = behind;
    at = behind - 1;
  }
  parts.push({ text: text.subarray(from), isMask: false });
  return parts;
}
