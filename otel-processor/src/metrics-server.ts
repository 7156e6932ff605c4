/** GET /metrics (Prometheus text) and GET /health on a small port of their own, for a processor that runs by itself. */
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Doors } from './access/doors.ts';

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Rejects with the system's error when the port cannot be had. */
export async function serveMetrics(
  host: string,
  port: number,
  text: () => Promise<string>,
  access: Partial<Pick<Doors, 'tls' | 'credentials'>> = {},
): Promise<MetricsServer> {
  const listener = (request: http.IncomingMessage, response: http.ServerResponse): void =>
    void answer(request, response, text, access.credentials);
  const { tls } = access;
  const server =
    tls === undefined ? http.createServer(listener) : tls.keep(https.createServer({ ...tls.options }, listener));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const address = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  text: () => Promise<string>,
  credentials: Doors['credentials'],
): Promise<void> {
  const path = request.url?.split('?', 1)[0];
  if (path === '/metrics' && credentials !== undefined && !credentials.allows(request.headers.authorization))
    response.writeHead(401, { 'content-type': 'text/plain', 'www-authenticate': credentials.challenge }).end();
  else if (path === '/metrics') {
    const metrics = await text();
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(metrics);
  } else if (path === '/health') response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n');
  else response.writeHead(404, { 'content-type': 'text/plain' }).end('there are /metrics and /health\n');
}
