import { expect, it } from 'vitest';
import { quantity } from './quantity.ts';

it.each([
  [0.031, 'share', '3.1 %'],
  [1, 'records', '1 record'],
  [1234.4, 'records', '1,234 records'],
  [90, 'seconds', '90 s'],
  [5400, 'seconds', '90 min'],
  [18_000, 'seconds', '5 h'],
  [1.26, 'figure', '1.26'],
] as const)('%d of %s is told as %s', (value, unit, text) => {
  expect(quantity(value, unit)).toBe(text);
});
