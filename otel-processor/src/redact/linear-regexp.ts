/**
 * Regular expressions from the configuration, safe against catastrophic backtracking: V8's own engine with its linear
 * fallback. An expression that V8 cannot run in linear time (back references, look-around, huge counts) is refused when
 * it is read; one that it can is tried by the fast engine and, after a few thousand steps back, finished by the linear one.
 *
 * Why V8's: no further package, the usual syntax, some 80 ns for a line; a port of RE2 to JavaScript would be the other way.
 */
import { setFlagsFromString } from 'node:v8';
import { ConfigError } from '../errors.ts';

/** Steps back that the fast engine may take on one text. */
const MAX_BACKTRACKS = 2000;
/** The flag l asks for V8's linear engine; an expression that it cannot run is a syntax error. */
const LINEAR = 'gl';
let prepared = false;

/**
 * @param setting The path of the setting, for messages: `redact.custom[0].pattern`.
 * @returns The expression with the flag g. There is no form for any case of letters: V8's linear engine has none.
 * @throws ConfigError when it is no regular expression, may match nothing at all, or cannot be run in linear time.
 * @example linearRegExp('redact.custom[0].pattern', 'cust-[0-9]{6}')
 */
export function linearRegExp(setting: string, pattern: string): RegExp {
  if (!prepared) {
    // Only ever makes expressions that take too long faster; set before the first of them is compiled.
    setFlagsFromString('--enable-experimental-regexp-engine');
    setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
    setFlagsFromString(`--regexp-backtracks-before-fallback=${MAX_BACKTRACKS}`);
    prepared = true;
  }
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'g');
  } catch (cause) {
    throw new ConfigError([`${setting} must be a regular expression: ${(cause as Error).message}`], { cause });
  }
  try {
    new RegExp(pattern, LINEAR);
  } catch (cause) {
    const advice = 'leave out look-around, back references and large counts';
    throw new ConfigError([`${setting} must be one that runs in linear time, got ${shown(pattern)}: ${advice}`], {
      cause,
    });
  }
  if (expression.test(''))
    throw new ConfigError([
      `${setting} must not match an empty text, got ${shown(pattern)}: it would match everywhere`,
    ]);
  return expression;
}

function shown(pattern: string): string {
  return JSON.stringify(pattern.length > 80 ? `${pattern.slice(0, 77)}...` : pattern);
}
