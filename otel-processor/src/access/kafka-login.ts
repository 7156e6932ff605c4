/** Who we are to Kafka's brokers: TLS and SASL, from files that may be replaced. */
import { createSecureContext } from 'node:tls';
import type { BaseOptions } from '@platformatic/kafka';
import type { KafkaConnection } from '../config-kafka.ts';
import type { WatchedFiles } from './watched-files.ts';

export class KafkaLogin {
  readonly #settings: Pick<KafkaConnection, 'tls' | 'sasl'>;
  #tls: Readonly<Record<string, Buffer>> = {};
  #password = '';

  /** @throws Error when a file cannot be read or certificates do not fit */
  constructor(settings: Pick<KafkaConnection, 'tls' | 'sasl'>, watched: WatchedFiles) {
    this.#settings = settings;
    const { caFile, certFile, keyFile, enabled } = settings.tls;
    const named = Object.entries({ ca: caFile, cert: certFile, key: keyFile }).flatMap(([name, path]) =>
      path === undefined ? [] : [[name, path] as const],
    );
    if (enabled && named.length > 0)
      watched.watch(
        named.map(([, path]) => path),
        (contents) => {
          const context = Object.fromEntries(named.map(([name], i) => [name, contents[i]]));
          createSecureContext(context);
          this.#tls = context;
        },
      );
    const { passwordFile } = settings.sasl;
    if (passwordFile !== undefined)
      watched.watch([passwordFile], ([content]) => {
        const password = content.toString('utf8').trim();
        if (password === '') throw new Error(`${passwordFile} is empty`);
        this.#password = password;
      });
  }

  /** For a new client; clients made before keep the certificates they have. */
  options(): Pick<BaseOptions, 'tls' | 'tlsServerName' | 'sasl'> {
    const { tls, sasl } = this.#settings;
    return {
      ...(tls.enabled
        ? { tls: { ...this.#tls }, ...(tls.serverName === undefined ? {} : { tlsServerName: tls.serverName }) }
        : {}),
      ...(sasl.mechanism === 'none' || sasl.username === undefined
        ? {}
        : { sasl: { mechanism: sasl.mechanism, username: sasl.username, password: () => this.#password } }),
    };
  }
}
