/** Who may come in through the doors and how much they may bring, and who we are where we go: made from the configuration. */
import type { ProcessorConfig } from '../config.ts';
import type { PendingChange } from '../config-reload.ts';
import { messageOf, StartError } from '../errors.ts';
import type { Logger } from '../telemetry.ts';
import { Credentials } from './credentials.ts';
import { KafkaLogin } from './kafka-login.ts';
import { Outgoing } from './outgoing.ts';
import { ServerTls } from './server-tls.ts';
import { TenantLimits } from './tenant-limits.ts';
import { WatchedFiles } from './watched-files.ts';

export interface Access {
  /** Undefined: the doors speak cleartext. */
  readonly tls: ServerTls | undefined;
  /** Undefined: everybody may come in. */
  readonly credentials: Credentials | undefined;
  /** Undefined: as much as there is room for. */
  readonly limits: TenantLimits | undefined;
  /** Who we are to the next hop. */
  readonly forward: Outgoing;
  /** Who we are to a scoring backend in another process. */
  readonly scoring: Outgoing;
  /** Who we are to Kafka's brokers. */
  readonly kafka: KafkaLogin;
  /** Reads what `auth` and `tenantLimits` name now. @throws StartError: what was there before stays */
  reload(config: ProcessorConfig): PendingChange;
  /** Looks at all these files no longer. */
  close(): void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Who may come in and how much: what may change without a restart. */
interface DoorRules {
  readonly credentials: Credentials | undefined;
  readonly limits: TenantLimits | undefined;
  readonly files: WatchedFiles;
}

/** Reads the files of the configuration. @throws StartError that names the group of settings that is wrong */
export function openAccess(config: ProcessorConfig, log: Logger): Access {
  const files = watchedFiles(config, log);
  const { certFile, keyFile } = config.tls;
  const tls =
    certFile === undefined || keyFile === undefined
      ? undefined
      : startable('tls', () => new ServerTls({ ...config.tls, certFile, keyFile }, files));
  let rules = doorRules(config, log);
  const { credentials, limits } = rules;
  const forward = startable('forward', () => new Outgoing(config.forward, files));
  const scoring = startable('scoring', () => new Outgoing(config.scoring, files));
  const kafka = startable('kafka', () => new KafkaLogin(config.kafka, files));
  const access: Mutable<Access> = {
    ...{ tls, credentials, limits, forward, scoring, kafka },
    reload: (next) => {
      const pending = doorRules(next, log);
      return {
        commit: () => {
          rules.files.close();
          rules = pending;
          access.credentials = pending.credentials;
          access.limits = pending.limits;
        },
        discard: () => pending.files.close(),
      };
    },
    close: () => {
      files.close();
      rules.files.close();
    },
  };
  return access;
}

function doorRules(config: ProcessorConfig, log: Logger): DoorRules {
  const files = watchedFiles(config, log);
  const { bearerTokenFile, basicFile } = config.auth;
  const credentials =
    bearerTokenFile === undefined && basicFile === undefined
      ? undefined
      : startable('auth', () => new Credentials({ bearerTokenFile, basicFile }, files));
  const limits = config.tenantLimits.bytesPerSecond === 0 ? undefined : new TenantLimits(config.tenantLimits);
  return { credentials, limits, files };
}

function watchedFiles(config: ProcessorConfig, log: Logger): WatchedFiles {
  return new WatchedFiles({
    intervalMs: config.tls.reloadMs,
    onReload: (paths) => log.info({ event: 'files.reloaded', paths }, 'files have changed and are in force'),
    onTrouble: (paths, error) =>
      log.error(
        { event: 'files.reload.failed', paths, error: messageOf(error) },
        'what was there before stays in force',
      ),
  });
}

/** Runs a step of the start; its error names the settings it is about. */
function startable<T>(settings: string, step: () => T): T {
  try {
    return step();
  } catch (cause) {
    throw new StartError(`${settings}: ${messageOf(cause)}`, { cause });
  }
}
