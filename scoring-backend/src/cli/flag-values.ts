/** Checks the values of flags. */
import { InvalidArgumentError } from 'commander';

/** A port, 0 for any free one. */
export function port(value: string): number {
  return wholeNumber(value, 0, 65_535, 'a port from 0 to 65535');
}

export function seconds(value: string): number {
  return wholeNumber(value, 0, 86_400, 'a number of seconds from 0 to 86400');
}

export function atLeastOne(value: string): number {
  return wholeNumber(value, 1, 1_000_000, 'a number from 1 to 1000000');
}

export function regularExpression(value: string): string {
  try {
    new RegExp(value);
    return value;
  } catch (cause) {
    throw new InvalidArgumentError((cause as Error).message);
  }
}

function wholeNumber(value: string, low: number, high: number, expected: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= low && number <= high) return number;
  throw new InvalidArgumentError(`Expected ${expected}.`);
}
