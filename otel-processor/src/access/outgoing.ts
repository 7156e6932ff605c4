/** How we present ourselves to the next hop and to the scoring backend: TLS and a bearer token, from files that may be replaced. */
import type https from 'node:https';
import { secureAgent, type ClientTlsFiles } from './client-tls.ts';
import type { WatchedFiles } from './watched-files.ts';

export interface OutgoingFiles {
  readonly tls: ClientTlsFiles;
  readonly bearerTokenFile?: string | undefined;
}

export class Outgoing {
  readonly #files: OutgoingFiles;
  readonly #watched: WatchedFiles;
  #authorization: Readonly<Record<string, string>> = {};

  /** @throws Error when the token's file cannot be read or is empty */
  constructor(files: OutgoingFiles, watched: WatchedFiles) {
    this.#files = files;
    this.#watched = watched;
    const { bearerTokenFile } = files;
    if (bearerTokenFile !== undefined)
      watched.watch([bearerTokenFile], ([content]) => {
        const token = content.toString('utf8').trim();
        if (!/^[\x21-\x7e]+$/.test(token)) throw new Error(`${bearerTokenFile}: expected one bearer token`);
        this.#authorization = { authorization: `Bearer ${token}` };
      });
  }

  /** Headers that say who we are. */
  get headers(): Readonly<Record<string, string>> {
    return this.#authorization;
  }

  /** The agent for https. @throws Error when certificates cannot be read */
  agent(options: https.AgentOptions): https.Agent {
    return secureAgent(options, this.#files.tls, this.#watched);
  }
}
