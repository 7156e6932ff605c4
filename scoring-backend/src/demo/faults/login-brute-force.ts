/** Somebody guesses passwords at the login. */
import type { Fault } from '../fault.ts';

export const loginBruteForce: Fault = {
  name: 'login-brute-force',
  title: 'somebody guesses passwords at the login, 8 a second',
  services: ['login'],
  conditions: { guessesPerSecond: 8 },
};
