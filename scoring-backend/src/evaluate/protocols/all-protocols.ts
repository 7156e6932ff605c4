/** The named protocols, in the order in which they are reported. */
import { bgl100k, hdfsRaw } from './chronological.ts';
import { httpParams } from './http-params.ts';
import { sshd, w3af } from './attackers.ts';
import { lo2 } from './lo2.ts';
import { nab } from './nab.ts';
import { nezha } from './nezha.ts';
import type { Protocol } from './protocol.ts';
import { apacheFull, loghub2k } from './templates.ts';
import { adfaLd, hdfsSequences } from './sequences.ts';

export const PROTOCOLS: readonly Protocol[] = [
  hdfsSequences,
  hdfsRaw,
  bgl100k,
  lo2,
  nezha,
  adfaLd,
  httpParams,
  sshd,
  w3af,
  nab,
  loghub2k,
  apacheFull,
];
