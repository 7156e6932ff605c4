/** The servers that benches compare, each a process of its own with the bench's sink as its next hop. */
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort, runCollector } from '../test/collector/collector.ts';
import { startSeismo } from '../test/collector/seismo.ts';

export interface Server {
  readonly name: string;
  /** Base URLs of its doors. */
  readonly httpUrl: string;
  readonly grpcUrl: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The processor and a scorer that answers at once (otel-processor/bench/inline-pass.ts). */
export async function stubbedProcessor(name: string, sinkPort: number, flags: readonly string[] = []): Promise<Server> {
  const script = resolve(import.meta.dirname, '../../otel-processor/bench/inline-pass.ts');
  const args = [script, `http://127.0.0.1:${sinkPort}`, ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const line = await new Promise<string>((listening) => child.stdout.once('data', (text) => listening(`${text}`)));
  const { http, grpc } = JSON.parse(line) as { http: string; grpc: string };
  const stop = (): Promise<void> => (child.kill(), ended);
  return { name, httpUrl: http, grpcUrl: grpc, pid: child.pid ?? 0, stop };
}

/** Processor and backend in one process, as `seismo start` runs them. */
export async function seismoRelay(
  name: string,
  folder: string,
  sinkPort: number,
  flags: readonly string[] = [],
): Promise<Server> {
  const forward = ['--forward', `http://127.0.0.1:${sinkPort}`];
  const seismo = await startSeismo(mkdtempSync(join(folder, 'seismo-')), [...forward, ...flags]);
  const { otlpHttp, otlpGrpc, pid } = seismo;
  return { name, httpUrl: otlpHttp, grpcUrl: otlpGrpc, pid, stop: () => seismo.stop() };
}

/**
 * The real Collector, synchronous as the processor is: it answers what the next hop answered.
 * @param processors between receiver and exporter, by their ids, and the YAML of their settings
 */
export async function passThrough(
  name: string,
  folder: string,
  sinkPort: number,
  processors: { readonly ids: readonly string[]; readonly settings: string } = { ids: [], settings: '' },
): Promise<Server> {
  const [http, grpc, health] = [await freePort(), await freePort(), await freePort()];
  const config = join(folder, `collector-${health}.yaml`);
  writeFileSync(
    config,
    `extensions: { health_check: { endpoint: 127.0.0.1:${health} } }
receivers:
  otlp: { protocols: { http: { endpoint: 127.0.0.1:${http} }, grpc: { endpoint: 127.0.0.1:${grpc} } } }
${processors.settings}
exporters:
  otlp_http:
    logs_endpoint: http://127.0.0.1:${sinkPort}/v1/logs
    compression: none
    sending_queue: { enabled: false }
service:
  extensions: [health_check]
  telemetry: { metrics: { level: none } }
  pipelines: { logs: { receivers: [otlp], processors: [${processors.ids.join(', ')}], exporters: [otlp_http] } }
`,
  );
  const collector = await runCollector(config, { SEISMO_HEALTH_ENDPOINT: `127.0.0.1:${health}` });
  const [httpUrl, grpcUrl] = [`http://127.0.0.1:${http}`, `http://127.0.0.1:${grpc}`];
  return { name, httpUrl, grpcUrl, pid: collector.pid, stop: () => collector.stop() };
}
