/** The smallest HTTP service that does for the shop: JSON in, JSON out, on a free loopback port; and its client. */
import type * as Http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** `target` is path and query as they came; `body` the parsed JSON, or `undefined`. */
export type Handler = (method: string, target: URL, body: Readonly<Record<string, unknown>>) => Promise<Answer>;

export interface HttpService {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export async function serve(http: typeof Http, handle: Handler): Promise<HttpService> {
  const server = http.createServer((request, response) => {
    void (async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk as Uint8Array);
      const text = Buffer.concat(chunks).toString();
      const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
      const answer = await handle(request.method ?? 'GET', new URL(request.url ?? '/', 'http://localhost'), body);
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body ?? {}));
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Calls a service. Never rejects: status 504 is a time-out, 502 a broken connection. */
export function call(
  http: typeof Http,
  method: string,
  url: string,
  body?: unknown,
  timeoutMs = 5_000,
): Promise<Answer & { readonly body: Readonly<Record<string, unknown>> }> {
  return new Promise((resolve) => {
    const payload = body === undefined ? '' : JSON.stringify(body);
    // The length is given because Node frames the body of a DELETE only when told to.
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
    const request = http.request(url, { method, headers, timeout: timeoutMs }, (response) => {
      const chunks: Uint8Array[] = [];
      response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 502, body: text === '' ? {} : JSON.parse(text) });
      });
      response.on('error', () => resolve({ status: 502, body: {} }));
    });
    request.on('timeout', () => {
      resolve({ status: 504, body: {} });
      request.destroy();
    });
    request.on('error', () => resolve({ status: 502, body: {} }));
    request.end(payload);
  });
}
