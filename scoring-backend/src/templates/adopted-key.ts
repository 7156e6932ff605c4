/** The id of a template that comes as text, from a processor upstream: its words are constants, `<…>` is a variable. */
import { afterBracket, resetSearches } from './brackets.ts';
import { hashBytes, IS_DELIMITER } from './byte-classes.ts';
import { ID_SEED_HIGH, ID_SEED_LOW, mixHigh, mixLow } from './key.ts';
import { token, trimToken } from './token-class.ts';

const adopted = { idHigh: 0, idLow: 0 };

/** The id of the text `bytes[start, end)`, of the same kind as that of a key with the same constants. */
export function readTemplateText(bytes: Uint8Array, start: number, end: number): typeof adopted {
  resetSearches();
  adopted.idHigh = ID_SEED_HIGH;
  adopted.idLow = ID_SEED_LOW;
  let at = start;
  while (at < end) {
    if (bytes[at] === 60) at = Math.max(at + 1, afterBracket(bytes, at, end, 60, 62));
    else if (IS_DELIMITER[bytes[at]] === 1) at++;
    else {
      const from = at;
      while (at < end && IS_DELIMITER[bytes[at]] === 0) at++;
      trimToken(bytes, from, at);
      if (token.start === token.end) continue;
      const hash = hashBytes(bytes, token.start, token.end);
      adopted.idHigh = mixHigh(adopted.idHigh, hash);
      adopted.idLow = mixLow(adopted.idLow, hash);
    }
  }
  return adopted;
}
