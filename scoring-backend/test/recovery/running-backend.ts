/** A backend for tests: free port, data directory of its own, no ticks but those the test gives. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backendConfig } from '../../src/config.ts';
import type { BackendConfig } from '../../src/config.ts';
import { startBackend } from '../../src/main.ts';
import type { Backend } from '../../src/main.ts';

export interface TestBackend extends Backend {
  readonly dataDir: string;
  /** Ends it and leaves the folder, for another one to go on with. */
  stop(): Promise<void>;
}

type Settings = { readonly [K in keyof BackendConfig]?: Partial<BackendConfig[K]> };

/** A fresh folder; `remove` deletes it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'seismo-backend-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function testBackend(settings: Settings = {}, dataDir = temporaryFolder().path): Promise<TestBackend> {
  const { engine, ...rest } = settings;
  const config = backendConfig({
    ...{ port: 0, dataDir, logLevel: 'silent' },
    ...rest,
    engine: { tickMs: 0, checkpointMs: 3_600_000, ...engine },
  });
  const backend = await startBackend(config);
  const close = async (): Promise<void> => {
    await backend.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { ...backend, close, stop: () => backend.close(), dataDir };
}

/** A time for events: the tests' logs are of long ago, and stay the same. */
export const T0 = Date.UTC(2026, 0, 5, 10);

/** One line as `POST /logs` takes it. */
export interface Line {
  readonly timestamp: number;
  readonly service: string;
  readonly message: string;
  readonly severity?: string;
  readonly metadata?: Record<string, unknown>;
}

/**
 * A shop in event time: three calm kinds of messages a second from one service, and after `calmMinutes` a fault in its
 * last minute: errors never seen before, ten a second.
 */
export function shopLines(service: string, calmMinutes: number, startMs = T0): Line[] {
  const lines: Line[] = [];
  for (let second = 0; second < calmMinutes * 60; second++) {
    const timestamp = startMs + second * 1000;
    lines.push({ timestamp, service, message: `order ${1000 + second} placed by user ${(second * 37) % 991}` });
    lines.push({ timestamp: timestamp + 300, service, message: `cart of user ${(second * 53) % 991} has 3 items` });
    lines.push({ timestamp: timestamp + 600, service, message: `cache hit for key k${second}`, severity: 'debug' });
    if (second < (calmMinutes - 1) * 60) continue;
    for (let i = 0; i < 10; i++)
      lines.push({
        timestamp: timestamp + 700 + i,
        service,
        severity: 'error',
        message: `payment gateway refused charge ${second * 10 + i}: connection reset by peer`,
        metadata: { trace_id: 'a'.repeat(32) },
      });
  }
  return lines;
}

export async function postLines(url: string, lines: readonly Line[], tenant = ''): Promise<Response> {
  return fetch(`${url}/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(tenant === '' ? {} : { 'x-scope-orgid': tenant }) },
    body: JSON.stringify(lines),
  });
}
