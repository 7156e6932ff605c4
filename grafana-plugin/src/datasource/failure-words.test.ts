import { expect, it } from 'vitest';
import { failureWords } from './failure-words.ts';

it.each([
  ['the words of the backend', { data: { error: { message: 'disk full' }, message: 'x' } }, 'disk full'],
  ['the words of Grafana', { data: { message: 'Bad Gateway', error: 'Bad Gateway' } }, 'Bad Gateway'],
  ['the words of the browser', new TypeError('Failed to fetch'), 'Failed to fetch'],
  ['something even when there are none', undefined, 'The backend did not answer.'],
])('a failure is told in %s', (_whose, error, words) => {
  expect(failureWords(error)).toBe(words);
});
