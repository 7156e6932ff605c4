/**
 * Plays Grafana's part of go-plugin v2: starts the plugin's binary, reads the handshake from its first line, calls its
 * gRPC services over the unix socket it names, and shuts it down.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { readFrame } from './arrow-frame.ts';
import type { Frame } from './arrow-frame.ts';
import { connect } from './grpc-services.ts';
import type { PluginContext, ResourceAnswer } from './grpc-services.ts';

/** A datasource as an administrator has set it up. */
export interface DatasourceSettings {
  readonly url: string;
  readonly jsonData?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly basicAuthUser?: string;
  /** Of the plugin, as Grafana tells it. Default 0.1.0. */
  readonly pluginVersion?: string;
}

/** A query with the fields a panel or a rule stores. */
export interface PanelQuery {
  readonly refId: string;
  readonly [field: string]: unknown;
}

export interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
  readonly maxDataPoints?: number;
}

export interface Answer {
  readonly status: number;
  readonly error: string;
  readonly errorSource: string;
  readonly frames: Frame[];
}

export interface RunningPlugin {
  /** The first line it printed: `1|2|unix|/tmp/…|grpc|`. */
  readonly handshake: string;
  /** What the gRPC health service says of the service `plugin`. */
  serving(): Promise<string>;
  health(settings: DatasourceSettings): Promise<{ status: string; message: string; details: unknown }>;
  query(settings: DatasourceSettings, asked: Asked, queries: readonly PanelQuery[]): Promise<Record<string, Answer>>;
  resource(
    settings: DatasourceSettings,
    url: string,
    method?: string,
  ): Promise<{ code: number; type: string | undefined; text: string }>;
  /** Asks it to end, as Grafana does. @returns the exit code */
  shutdown(): Promise<number | null>;
}

/** Starts a plugin. @throws when it ends, or says nothing within 20 s, or speaks another protocol */
export async function startPlugin(binary: string): Promise<RunningPlugin> {
  const sockets = mkdtempSync(join(tmpdir(), 'gpx-'));
  // Grafana gives a plugin a nearly empty environment.
  const env = { PLUGIN_PROTOCOL_VERSIONS: '2', grafana_plugin_type: 'datasource', PLUGIN_UNIX_SOCKET_DIR: sockets };
  const child = spawn(binary, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const handshake = await handshakeOf(child.stdout, ended).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });

  const services = connect(`unix:${handshake.split('|')[3]}`);
  const { health, data, diagnostics, resource, controller } = services;
  const check = promisify(health.Check.bind(health));
  const queryData = promisify(data.QueryData.bind(data));
  const checkHealth = promisify(diagnostics.CheckHealth.bind(diagnostics));
  const shutdown = promisify(controller.Shutdown.bind(controller));

  return {
    handshake,
    serving: async () => (await check({ service: 'plugin' })).status,
    async health(settings) {
      const { status, message, jsonDetails } = await checkHealth({ pluginContext: contextOf(settings) });
      return { status, message, details: JSON.parse(jsonDetails.toString()) };
    },
    async query(settings, { fromMs, toMs, maxDataPoints = 1000 }, queries) {
      const { responses } = await queryData({
        pluginContext: contextOf(settings),
        headers: { FromAlert: 'true' },
        queries: queries.map((query) => ({
          refId: query.refId,
          maxDataPoints,
          intervalMS: 1000,
          timeRange: { fromEpochMS: fromMs, toEpochMS: toMs },
          json: Buffer.from(JSON.stringify(query)),
          queryType: typeof query.queryType === 'string' ? query.queryType : '',
        })),
      });
      return Object.fromEntries(
        Object.entries(responses).map(([refId, { status, error, errorSource, frames }]) => [
          refId,
          { status, error, errorSource, frames: frames.map(readFrame) },
        ]),
      );
    },
    async resource(settings, url, method = 'GET') {
      const path = url.split('?', 1)[0];
      const parts = resource.CallResource({ pluginContext: contextOf(settings), path, method, url });
      let text = '';
      let code = 0;
      let type: string | undefined;
      for await (const part of parts as AsyncIterable<ResourceAnswer>) {
        code ||= part.code;
        type ??= Object.entries(part.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1].values[0];
        text += part.body.toString();
      }
      return { code, type, text };
    },
    async shutdown() {
      // The plugin may be gone before its answer is here.
      await shutdown({}).catch(() => undefined);
      const unwilling = setTimeout(() => child.kill('SIGKILL'), 10_000);
      const [code] = await ended;
      clearTimeout(unwilling);
      for (const client of Object.values(services)) client.close();
      rmSync(sockets, { recursive: true, force: true });
      return code;
    },
  };
}

async function handshakeOf(output: Readable, ended: Promise<[number | null]>): Promise<string> {
  const [line] = (await Promise.race([
    once(createInterface({ input: output }), 'line', { signal: AbortSignal.timeout(20_000) }),
    ended.then(([code]) => Promise.reject(new Error(`the plugin ended with ${code}`))),
  ])) as [string];
  if (!/^1\|2\|unix\|[^|]+\|grpc\|/.test(line)) throw new Error(`not a handshake of go-plugin v2 over gRPC: ${line}`);
  return line;
}

let instances = 0;

function contextOf(settings: DatasourceSettings): PluginContext {
  // Grafana tells a plugin by these two that settings have changed and a new instance is due.
  const id = ++instances;
  return {
    orgId: 1,
    pluginId: 'seismo-loganomaly-datasource',
    pluginVersion: settings.pluginVersion ?? '0.1.0',
    dataSourceInstanceSettings: {
      ...{ id, uid: `seismo-${id}`, name: 'Seismo', url: settings.url },
      basicAuthEnabled: settings.basicAuthUser !== undefined,
      basicAuthUser: settings.basicAuthUser ?? '',
      jsonData: Buffer.from(JSON.stringify(settings.jsonData ?? {})),
      decryptedSecureJsonData: settings.secrets ?? {},
      lastUpdatedMS: id,
    },
    grafanaConfig: {},
  };
}
