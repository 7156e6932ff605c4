/**
 * TLS of our own doors, from files that may be replaced at any time. With a client CA every client must show a certificate
 * that it signed (mTLS). Names and meaning follow the Collector's configtls.
 */
import { createSecureContext, type SecureContextOptions, type TlsOptions } from 'node:tls';
import type { WatchedFiles } from './watched-files.ts';

export interface ServerTlsFiles {
  /** PEM: the certificate with those between it and the root. */
  readonly certFile: string;
  readonly keyFile: string;
  /** PEM: who signs clients' certificates. Undefined: clients need none. */
  readonly clientCaFile?: string | undefined;
  readonly minVersion: '1.2' | '1.3';
}

/** A TLS server whose certificate can be exchanged. */
interface SecureServer {
  setSecureContext(options: SecureContextOptions): void;
}

export class ServerTls {
  /** What a server is to be made with now. */
  options: TlsOptions = {};
  readonly #servers: SecureServer[] = [];

  /** @throws Error that names the setting when files cannot be read, are no PEM, or certificate and key do not fit */
  constructor(files: ServerTlsFiles, watched: WatchedFiles) {
    const { certFile, keyFile, clientCaFile, minVersion } = files;
    const paths = [certFile, keyFile, ...(clientCaFile === undefined ? [] : [clientCaFile])];
    watched.watch(paths, ([cert, key, ca]) => {
      const context: SecureContextOptions = { cert, key, minVersion: `TLSv${minVersion}`, ...(ca && { ca }) };
      // Throws on files that do not fit, before anything is exchanged.
      createSecureContext(context);
      this.options = { ...context, ...(ca && { requestCert: true, rejectUnauthorized: true }) };
      for (const server of this.#servers) server.setSecureContext(context);
    });
  }

  /** New connections to this server get a replaced certificate. */
  keep<S extends SecureServer>(server: S): S {
    this.#servers.push(server);
    return server;
  }
}
