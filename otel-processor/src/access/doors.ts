/** Who may come in through doors of ours and how much they may bring: TLS, credentials, shares of tenants. */
import type { PendingChange } from '../config-reload.ts';
import { messageOf, StartError } from '../errors.ts';
import type { Logger } from '../telemetry.ts';
import { Credentials } from './credentials.ts';
import { ServerTls } from './server-tls.ts';
import { TenantLimits } from './tenant-limits.ts';
import { WatchedFiles } from './watched-files.ts';

/** The settings of doors, by the names that the configurations have for them. */
export interface DoorSettings {
  readonly tls: {
    readonly certFile?: string | undefined;
    readonly keyFile?: string | undefined;
    readonly clientCaFile?: string | undefined;
    readonly minVersion: '1.2' | '1.3';
    readonly reloadMs: number;
  };
  readonly auth: { readonly bearerTokenFile?: string | undefined; readonly basicFile?: string | undefined };
  readonly tenantLimits: { readonly bytesPerSecond: number; readonly burstBytes: number };
}

export interface Doors {
  /** Undefined: the doors speak cleartext. */
  readonly tls: ServerTls | undefined;
  /** Undefined: everybody may come in. */
  readonly credentials: Credentials | undefined;
  /** Undefined: as much as there is room for. */
  readonly limits: TenantLimits | undefined;
  /** Reads what `auth` and `tenantLimits` name now. @throws StartError: what was there before stays */
  reload(settings: DoorSettings): PendingChange;
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

/** Reads the files of the settings. @throws StartError that names the group of settings that is wrong */
export function openDoors(settings: DoorSettings, log: Logger): Doors {
  const files = watchedFiles(settings, log);
  const { certFile, keyFile } = settings.tls;
  const tls =
    certFile === undefined || keyFile === undefined
      ? undefined
      : startable('tls', () => new ServerTls({ ...settings.tls, certFile, keyFile }, files));
  let rules = doorRules(settings, log);
  const doors: Mutable<Doors> = {
    ...{ tls, credentials: rules.credentials, limits: rules.limits },
    reload: (next) => {
      const pending = doorRules(next, log);
      return {
        commit: () => {
          rules.files.close();
          rules = pending;
          doors.credentials = pending.credentials;
          doors.limits = pending.limits;
        },
        discard: () => pending.files.close(),
      };
    },
    close: () => {
      files.close();
      rules.files.close();
    },
  };
  return doors;
}

function doorRules(settings: DoorSettings, log: Logger): DoorRules {
  const files = watchedFiles(settings, log);
  const { bearerTokenFile, basicFile } = settings.auth;
  const credentials =
    bearerTokenFile === undefined && basicFile === undefined
      ? undefined
      : startable('auth', () => new Credentials({ bearerTokenFile, basicFile }, files));
  const { bytesPerSecond, burstBytes } = settings.tenantLimits;
  const limits =
    bytesPerSecond === 0
      ? undefined
      : new TenantLimits({ perSecond: bytesPerSecond, burst: burstBytes, unit: 'bytes' });
  return { credentials, limits, files };
}

/** The files of a part of the settings; what becomes of them stands in the log. */
export function watchedFiles({ tls }: Pick<DoorSettings, 'tls'>, log: Logger): WatchedFiles {
  return new WatchedFiles({
    intervalMs: tls.reloadMs,
    onReload: (paths) => log.info({ event: 'files.reloaded', paths }, 'files have changed and are in force'),
    onTrouble: (paths, error) =>
      log.error(
        { event: 'files.reload.failed', paths, error: messageOf(error) },
        'what was there before stays in force',
      ),
  });
}

/** Runs a step of the start; its error names the settings it is about. */
export function startable<T>(settings: string, step: () => T): T {
  try {
    return step();
  } catch (cause) {
    throw new StartError(`${settings}: ${messageOf(cause)}`, { cause });
  }
}
