/** TLS towards the next hop and the scoring backend: whom to trust and who we are, from files that may be replaced. */
import https from 'node:https';
import { createSecureContext } from 'node:tls';
import type { WatchedFiles } from './watched-files.ts';

export interface ClientTlsFiles {
  /** PEM: who signs the other side's certificate. Undefined: the authorities that Node knows. */
  readonly caFile?: string | undefined;
  /** PEM: our certificate and its key, for mTLS. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Name expected in the other side's certificate where it is not that of the URL. */
  readonly serverName?: string | undefined;
}

/**
 * Makes an agent whose new connections use the files as they are then.
 * @throws Error when files cannot be read or do not fit
 */
export function secureAgent(options: https.AgentOptions, files: ClientTlsFiles, watched: WatchedFiles): https.Agent {
  const { caFile, certFile, keyFile, serverName } = files;
  const agent = new https.Agent({ ...options, ...(serverName === undefined ? {} : { servername: serverName }) });
  const named = Object.entries({ ca: caFile, cert: certFile, key: keyFile }).flatMap(([name, path]) =>
    path === undefined ? [] : [[name, path] as const],
  );
  if (named.length > 0)
    watched.watch(
      named.map(([, path]) => path),
      (contents) => {
        const context = Object.fromEntries(named.map(([name], i) => [name, contents[i]]));
        createSecureContext(context);
        Object.assign(agent.options, context);
      },
    );
  return agent;
}
