/** The password of `scheme://user:password@host` (RFC 3986, 3.2.1). */
import { ENDS_USERINFO } from '../byte-kinds.ts';
import { type Finder, found } from '../finder.ts';

const MAX_USERINFO = 512;

/** At the `:` of `://`. A password that holds `@` goes up to the last one before the host's end. */
export const findUrlPassword: Finder = (bytes, at, _start, end) => {
  if (at + 4 > end || bytes[at + 1] !== SLASH || bytes[at + 2] !== SLASH) return false;
  const limit = Math.min(end, at + 3 + MAX_USERINFO);
  let colon = -1;
  let sign = -1;
  for (let i = at + 3; i < limit; i++) {
    const byte = bytes[i];
    if (byte === AT) {
      if (colon < 0) return false;
      sign = i;
    } else if (ENDS_USERINFO[byte] === 1) break;
    else if (byte === COLON && colon < 0) colon = i;
  }
  return sign > colon + 1 && found(colon + 1, sign);
};

const SLASH = 0x2f;
const COLON = 0x3a;
const AT = 0x40;
