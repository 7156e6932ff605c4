/** Internet addresses, only on request: what the detectors group by and what enrichment reads is lost with them. */
import { ALPHANUMERIC, DIGIT, WORD } from '../byte-kinds.ts';
import { type Finder, found } from '../finder.ts';

/** At the first digit of a run: four numbers of at most 255. */
export const findIpv4: Finder = (bytes, at, start, end) => {
  if (at > start && (WORD[bytes[at - 1]] === 1 || bytes[at - 1] === DOT)) return false;
  const last = endOfIpv4(bytes, at, end);
  if (last < 0) return false;
  // A version of five numbers, or a name.
  if (
    last < end &&
    (WORD[bytes[last]] === 1 || (bytes[last] === DOT && last + 1 < end && DIGIT[bytes[last + 1]] === 1))
  )
    return false;
  return found(at, last);
};

/** Behind the dotted address that begins at `at`, -1 when none does. */
export function endOfIpv4(bytes: Uint8Array, at: number, end: number): number {
  for (let part = 0; part < 4; part++) {
    if (part > 0 && (at >= end || bytes[at++] !== DOT)) return -1;
    let value = 0;
    const first = at;
    while (at < end && at - first < 3 && DIGIT[bytes[at]] === 1) value = value * 10 + bytes[at++] - 0x30;
    if (at === first || value > 255 || (at < end && DIGIT[bytes[at]] === 1)) return -1;
  }
  return at;
}

/** RFC 4291, 2.2: 39 characters, and an IPv4 address at the end makes 45. */
const LONGEST_IPV6 = 45;

/** At a `:` that another group or colon precedes or follows; the address around it. */
export const findIpv6: Finder = (bytes, at, start, end) => {
  let first = at;
  const floor = Math.max(start, at - LONGEST_IPV6);
  while (first > floor && isIpv6Byte(bytes[first - 1])) first--;
  if (first > start && WORD[bytes[first - 1]] === 1) return false;
  let last = at + 1;
  const limit = Math.min(end, first + LONGEST_IPV6 + 1);
  while (last < limit && isIpv6Byte(bytes[last])) last++;
  if (last < end && WORD[bytes[last]] === 1) return false;
  while (last > at && (bytes[last - 1] === DOT || (bytes[last - 1] === COLON && bytes[last - 2] !== COLON))) last--;
  return isIpv6(bytes, first, last) && found(first, last);
};

function isIpv6Byte(byte: number): boolean {
  return (ALPHANUMERIC[byte] === 1 && (byte < 0x47 || (byte > 0x60 && byte < 0x67))) || byte === COLON || byte === DOT;
}

/** Eight groups of up to four hex digits, or fewer around one `::`. */
function isIpv6(bytes: Uint8Array, first: number, last: number): boolean {
  let groups = 0;
  let digits = 0;
  let gap = false;
  for (let i = first; i < last; i++) {
    const byte = bytes[i];
    if (byte === DOT) {
      // The last two groups as an IPv4 address.
      const number = i - digits;
      if (endOfIpv4(bytes, number, last) !== last) return false;
      groups += 2;
      digits = 0;
      break;
    }
    if (byte !== COLON) {
      if (++digits > 4) return false;
      continue;
    }
    if (digits > 0) groups++;
    else if (i > first && bytes[i - 1] === COLON) {
      if (gap) return false;
      gap = true;
    } else if (i > first || bytes[i + 1] !== COLON) return false;
    digits = 0;
  }
  if (digits > 0) groups++;
  return gap ? groups > 0 && groups < 8 : groups === 8;
}

const DOT = 0x2e;
const COLON = 0x3a;
