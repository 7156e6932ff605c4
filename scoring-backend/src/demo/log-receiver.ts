/** A small OTLP/HTTP receiver that keeps what comes in, read by our own source; for tests of the shop. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RecordBatch } from '../engine/record-batch.ts';
import type { StreamIdentity } from '../engine/stream-identity.ts';
import { OtlpSource } from '../sources/otlp.ts';

export interface ReceivedLog {
  readonly service: string;
  readonly text: string;
  readonly severity: number;
  /** 32 hex digits, '' for none. */
  readonly traceId: string;
  readonly timeMs: number;
  /** The request it came in, as text with its bytes as they are. */
  readonly request: string;
}

export interface LogReceiver {
  readonly logsUrl: string;
  readonly logs: ReceivedLog[];
  close(): void;
}

export async function startLogReceiver(): Promise<LogReceiver> {
  const logs: ReceivedLog[] = [];
  const services: string[] = [];
  const streams = {
    stream: ({ service }: StreamIdentity): number => {
      const known = services.indexOf(service);
      return known < 0 ? services.push(service) - 1 : known;
    },
  };
  const source = new OtlpSource();
  const batch = new RecordBatch();
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      source.read(bytes, '', streams, batch);
      for (let i = 0; i < batch.records; i++) {
        const trace = batch.traceStart[i];
        logs.push({
          service: services[batch.stream[i]],
          text: bytes.toString('utf8', batch.messageStart[i], batch.messageEnd[i]),
          severity: batch.severity[i],
          traceId: trace < 0 ? '' : bytes.toString('hex', trace, trace + 16),
          timeMs: batch.timeMs[i],
          request: bytes.toString('latin1'),
        });
      }
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    logsUrl: `http://127.0.0.1:${port}/v1/logs`,
    logs,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
