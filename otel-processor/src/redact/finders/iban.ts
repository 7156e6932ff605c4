/** International bank account numbers (ISO 13616): country, check digits that hold modulo 97, the country's length. */
import { ALPHANUMERIC, DIGIT, UPPER, WORD } from '../byte-kinds.ts';
import { type Finder, found } from '../finder.ts';

/** Characters of an IBAN by country: SWIFT's IBAN registry, release 99. */
const LENGTHS =
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
  'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
  'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
  'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30';
const LENGTH_BY_COUNTRY: ReadonlyMap<number, number> = new Map(
  LENGTHS.split(' ').map((one) => [one.charCodeAt(0) * 256 + one.charCodeAt(1), Number(one.slice(2))]),
);

/** At the first letter. */
export const findIban: Finder = (bytes, at, start, end) => {
  if (at > start && WORD[bytes[at - 1]] === 1) return false;
  const last = endOfIban(bytes, at, end);
  return last > 0 && (last === end || WORD[bytes[last]] === 0) && found(at, last);
};

/** Behind the IBAN that begins at `at`, in one piece or in groups of four; -1 when there is none. */
export function endOfIban(bytes: Uint8Array, at: number, end: number): number {
  if (at + 15 > end || UPPER[bytes[at]] + UPPER[bytes[at + 1]] + DIGIT[bytes[at + 2]] + DIGIT[bytes[at + 3]] < 4)
    return -1;
  const length = LENGTH_BY_COUNTRY.get(bytes[at] * 256 + bytes[at + 1]);
  if (length === undefined) return -1;
  const grouped = bytes[at + 4] === 0x20;
  let last = at;
  let remainder = 0;
  for (let i = 0; i < length; i++) {
    if (grouped && i > 0 && i % 4 === 0 && (last >= end || bytes[last++] !== 0x20)) return -1;
    if (last >= end) return -1;
    const byte = bytes[last++];
    if (ALPHANUMERIC[byte] === 0 || byte >= 97) return -1;
    // The first four characters count last: they are taken in below.
    if (i >= 4) remainder = taken(remainder, byte);
  }
  for (let i = 0; i < 4; i++) remainder = taken(remainder, bytes[at + i]);
  return remainder === 1 ? last : -1;
}

/** The remainder modulo 97 with one more character; letters count 10 to 35. */
function taken(remainder: number, byte: number): number {
  return UPPER[byte] === 1 ? (remainder * 100 + byte - 55) % 97 : (remainder * 10 + byte - 48) % 97;
}
