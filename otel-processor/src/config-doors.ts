/** Settings of doors, ours and those we knock at: TLS, credentials, shares of tenants. The backend's doors have them too. */
import { group, integer, oneOf, optionalText } from './config-fields.ts';

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;

/** How to speak TLS to another program. */
export const clientTls = (whom: string) =>
  group({
    caFile: optionalText({
      meaning: `PEM file: who signs the certificate of ${whom}. Without it the public authorities.`,
    }),
    certFile: optionalText({ meaning: `PEM file: our certificate for ${whom} (mTLS); needs keyFile.` }),
    keyFile: optionalText({ meaning: 'PEM file: the key of certFile.' }),
    serverName: optionalText({ meaning: `Name expected in the certificate of ${whom} where the URL has another.` }),
  });

/** TLS of our own doors. */
export const doorTls = group({
  certFile: optionalText({
    meaning: 'PEM file: certificate of our doors. With it all of them, metrics too, speak TLS only; needs keyFile.',
  }),
  keyFile: optionalText({ meaning: 'PEM file: the key of certFile.' }),
  clientCaFile: optionalText({
    meaning: 'PEM file: with it every client must show a certificate signed by this CA (mTLS).',
  }),
  minVersion: oneOf(['1.2', '1.3'], { default: '1.2', meaning: 'Oldest TLS version spoken.' }),
  reloadMs: integer({
    ...{ default: 10_000, min: 100, max: DAY_MS, unit: 'ms' },
    meaning: 'How often all files named in the settings are looked at; changed ones come into force without a restart.',
  }),
});

/** Who may come in. */
export const authFields = {
  bearerTokenFile: optionalText({
    meaning: 'File with bearer tokens, one to a line: a client must send one of them (or a user of basicFile).',
  }),
  basicFile: optionalText({ meaning: 'File with one user:password to a line, for HTTP basic authentication.' }),
};

/** How much a tenant may send. */
export const tenantLimitFields = {
  bytesPerSecond: integer({
    ...{ default: 0, min: 0, max: 1024 * 1024 * MIB, unit: 'bytes/s' },
    meaning: 'Most bytes per second that a tenant may send, decompressed; beyond it 429, to be retried. 0: no limit.',
  }),
  burstBytes: integer({
    ...{ default: 64 * MIB, min: 1, max: 1024 * 1024 * MIB, unit: 'bytes' },
    meaning: 'Bytes that a tenant may send at once after a pause.',
  }),
};

interface TlsFiles {
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly clientCaFile?: string | undefined;
}

/** What no field can say alone, of groups by their paths. */
export function tlsConflicts(groups: Readonly<Record<string, TlsFiles>>): string[] {
  const problems: string[] = [];
  for (const [path, { certFile, keyFile, clientCaFile }] of Object.entries(groups)) {
    if ((certFile === undefined) !== (keyFile === undefined))
      problems.push(
        `${path}.certFile and ${path}.keyFile belong together: ${path}.${certFile === undefined ? 'certFile' : 'keyFile'} is missing`,
      );
    if (clientCaFile !== undefined && certFile === undefined)
      problems.push(
        `${path}.clientCaFile needs ${path}.certFile and ${path}.keyFile: without them the doors speak no TLS`,
      );
  }
  return problems;
}
