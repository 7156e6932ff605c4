/** Who may come in at the API and how much: as at the doors of the processor, and a share of requests besides that of bytes. */
import { openDoors } from '@seismo/otel-processor/access/doors';
import type { Doors } from '@seismo/otel-processor/access/doors';
import { TenantLimits } from '@seismo/otel-processor/access/tenant-limits';
import type { PendingChange } from '@seismo/otel-processor/config-reload';
import { Unauthenticated } from '@seismo/otel-processor/errors';
import type { IncomingHttpHeaders } from 'node:http';
import type { BackendConfig } from '../config.ts';
import type { Logger } from '../telemetry.ts';
import { tenantOf } from './tenant.ts';

/** What orchestrators ask, who have no credentials. */
const PROBES = ['/health', '/ready'];

export class ApiDoors {
  readonly #doors: Doors;
  #probesOpen: boolean;
  /** Undefined: as many as there is room for. */
  #requests: TenantLimits | undefined;

  /** @throws StartError when a file that the configuration names cannot be used */
  constructor(config: BackendConfig, log: Logger) {
    this.#doors = openDoors(config, log);
    this.#probesOpen = config.auth.probesOpen;
    this.#requests = requestLimits(config);
  }

  get tls(): Doors['tls'] {
    return this.#doors.tls;
  }

  /** What somebody without credentials is told to send: the value of `www-authenticate`. */
  get challenge(): string {
    return this.#doors.credentials?.challenge ?? 'Bearer';
  }

  /** Lets a request in. @throws Unauthenticated; RateLimited; SeismoError INVALID_TENANT */
  enter(path: string, headers: IncomingHttpHeaders): void {
    if (PROBES.includes(path) && this.#probesOpen) return;
    const { credentials } = this.#doors;
    if (credentials !== undefined && !credentials.allows(headers.authorization)) {
      const given = headers.authorization === undefined ? 'there are none' : 'those given are not known';
      throw new Unauthenticated(`credentials are needed (${credentials.challenge}), and ${given}`);
    }
    this.#requests?.take(tenantOf(headers), 1, performance.now());
  }

  /** Takes the bytes of logs, decompressed, of the tenant's share. @throws RateLimited */
  took(tenant: string, bytes: number): void {
    this.#doors.limits?.take(tenant, bytes, performance.now());
  }

  /** Makes what a changed configuration asks for. @throws StartError: what was there before stays */
  reload(config: BackendConfig): PendingChange {
    const pending = this.#doors.reload(config);
    return {
      commit: () => {
        pending.commit();
        this.#probesOpen = config.auth.probesOpen;
        this.#requests = requestLimits(config);
      },
      discard: () => pending.discard(),
    };
  }

  close(): void {
    this.#doors.close();
  }
}

function requestLimits({ tenantLimits }: BackendConfig): TenantLimits | undefined {
  const { requestsPerSecond: perSecond, burstRequests: burst } = tenantLimits;
  return perSecond === 0 ? undefined : new TenantLimits({ perSecond, burst, unit: 'requests' });
}
