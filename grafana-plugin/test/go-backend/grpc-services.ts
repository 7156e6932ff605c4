/** The gRPC services that Grafana calls on a plugin, from the proto files beside this one, with the types of their messages. */
import { join } from 'node:path';
import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import type { Client, ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

export interface PluginContext {
  readonly orgId: number;
  readonly pluginId: string;
  readonly pluginVersion: string;
  readonly dataSourceInstanceSettings: {
    readonly id: number;
    readonly uid: string;
    readonly name: string;
    readonly url: string;
    readonly basicAuthEnabled: boolean;
    readonly basicAuthUser: string;
    readonly jsonData: Buffer;
    readonly decryptedSecureJsonData: Readonly<Record<string, string>>;
    readonly lastUpdatedMS: number;
  };
  readonly grafanaConfig: Readonly<Record<string, string>>;
}

export interface DataQuery {
  readonly refId: string;
  readonly maxDataPoints: number;
  readonly intervalMS: number;
  readonly timeRange: { readonly fromEpochMS: number; readonly toEpochMS: number };
  readonly json: Buffer;
  readonly queryType: string;
}

export interface DataResponse {
  readonly frames: Uint8Array[];
  readonly error: string;
  readonly status: number;
  readonly errorSource: string;
}

export interface ResourceAnswer {
  readonly code: number;
  readonly headers: Readonly<Record<string, { readonly values: string[] }>>;
  readonly body: Buffer;
}

type Unary<Request, Answer> = (request: Request, done: (error: ServiceError | null, answer: Answer) => void) => void;

/** Method names as on the wire. */
export interface PluginServices {
  readonly health: Client & { Check: Unary<{ service: string }, { status: string }> };
  readonly controller: Client & { Shutdown: Unary<object, object> };
  readonly data: Client & {
    QueryData: Unary<
      { pluginContext: PluginContext; headers: Record<string, string>; queries: DataQuery[] },
      { responses: Record<string, DataResponse> }
    >;
  };
  readonly diagnostics: Client & {
    CheckHealth: Unary<
      { pluginContext: PluginContext },
      { status: 'UNKNOWN' | 'OK' | 'ERROR'; message: string; jsonDetails: Buffer }
    >;
  };
  readonly resource: Client & {
    CallResource: (request: {
      pluginContext: PluginContext;
      path: string;
      method: string;
      url: string;
    }) => ClientReadableStream<ResourceAnswer>;
  };
}

/** Clients of all services at an address such as `unix:/tmp/plugin123`. */
export function connect(address: string): PluginServices {
  const protos = ['pluginv2.proto', 'go-plugin.proto', 'health.proto'].map((file) => join(import.meta.dirname, file));
  const loaded = loadPackageDefinition(
    loadSync(protos, { keepCase: true, longs: Number, enums: String, defaults: true }),
  );
  const client = (path: string): unknown => {
    const Service = path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], loaded);
    // Frames are larger than the 4 MiB that gRPC receives by default; Grafana raises its limit too.
    return new (Service as new (...args: unknown[]) => Client)(address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': -1,
      'grpc.default_authority': 'localhost',
    });
  };
  return {
    health: client('grpc.health.v1.Health'),
    controller: client('plugin.GRPCController'),
    data: client('pluginv2.Data'),
    diagnostics: client('pluginv2.Diagnostics'),
    resource: client('pluginv2.Resource'),
  } as PluginServices;
}
