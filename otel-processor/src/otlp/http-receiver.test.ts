import http from 'node:http';
import net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { postLogs } from '../../test/neighbours.ts';
import { refuse, taken, tryAgain } from '../errors.ts';
import type { Outcome } from '../errors.ts';
import { Telemetry, createLogger } from '../telemetry.ts';
import { HttpReceiver } from './http-receiver.ts';
import type { LogsRequest } from './logs-request.ts';
import { MessageIntake } from './message-intake.ts';
import { FULL_SUCCESS, GRPC, decodeExportResponse, decodeStatus } from './status.ts';

let receiver: HttpReceiver;
let intake: MessageIntake;
let url: string;
let port: number;
let bodies: string[];
let outcome: (request: LogsRequest) => Promise<Outcome>;

beforeEach(async () => {
  bodies = [];
  outcome = async () => taken(FULL_SUCCESS);
  const process = async (request: LogsRequest): Promise<Outcome> => {
    bodies.push(Buffer.from(request.bytes).toString());
    return outcome(request);
  };
  const limits = { maxRequestBytes: 1_000_000, maxInFlightBytes: 4_000_000, tenantHeader: 'x-scope-orgid' };
  intake = new MessageIntake({ ...limits, process, telemetry: new Telemetry(), log: createLogger('silent') });
  receiver = new HttpReceiver(intake);
  port = (await receiver.listen('127.0.0.1', 0)).port;
  url = `http://127.0.0.1:${port}`;
});
afterEach(() => receiver.close(0));

/** Writes bytes as they are and gives everything that comes back until the connection closes. */
function raw(parts: readonly (string | Buffer)[], pauseMs = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (part: Buffer) => (answer += part.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    void (async () => {
      for (const part of parts) {
        socket.write(part);
        await new Promise((resume) => setTimeout(resume, pauseMs));
      }
    })();
  });
}

describe('the OTLP/HTTP receiver', () => {
  it('answers 200 with an empty message in the type of the request, exactly', async () => {
    const protobuf = await postLogs(url, Buffer.from('x'));
    expect(protobuf).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(protobuf.headers['content-type']).toBe('application/x-protobuf');
    const json = await postLogs(url, Buffer.from('{}'), { 'content-type': 'application/json; charset=utf-8' });
    expect([json.status, json.headers['content-type'], json.body.toString()]).toEqual([200, 'application/json', '{}']);
  });

  it('passes partial success on, in protobuf and in JSON', async () => {
    outcome = async () => taken({ rejected: 3, message: 'too old' });
    const protobuf = await postLogs(url, Buffer.from('x'));
    expect(decodeExportResponse(protobuf.body)).toEqual({ rejected: 3, message: 'too old' });
    const json = await postLogs(url, Buffer.from('{}'), { 'content-type': 'application/json' });
    expect(JSON.parse(json.body.toString())).toEqual({
      partialSuccess: { rejectedLogRecords: '3', errorMessage: 'too old' },
    });
  });

  it('rounds Retry-After up to whole seconds', async () => {
    outcome = async () => tryAgain('busy', 1200);
    const answer = await postLogs(url, Buffer.from('x'));
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2']);
    expect(decodeStatus(answer.body)).toMatchObject({ message: 'busy' });
  });

  it('gives no Retry-After for what is refused for good', async () => {
    outcome = async () => refuse(GRPC.INVALID_ARGUMENT, 'never');
    const answer = await postLogs(url, Buffer.from('x'));
    expect([answer.status, answer.headers['retry-after']]).toEqual([400, undefined]);
  });

  it('says 404 for another path and 405 with Allow for another method', async () => {
    const other = await fetch(`${url}/v1/traces`, {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'application/json' },
    });
    expect(other.status).toBe(404);
    expect(((await other.json()) as { message: string }).message).toContain('/v1/traces');
    const got = await fetch(`${url}/v1/logs`);
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('says 100-continue to a client that asks first', async () => {
    const answer = await raw([
      'POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n',
      'hello',
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    expect(bodies).toEqual(['hello']);
  });

  it('puts chunked bodies together, whatever their chunks', async () => {
    const head =
      'POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';
    expect(await raw([head, '3\r\nhel\r\n', '2\r\nlo\r\n', '0\r\n\r\n'], 20)).toContain('200 OK');
    expect(bodies).toEqual(['hello']);
  });

  it('does not believe a content-length: memory is held for what came only', async () => {
    const socket = net.connect(port, '127.0.0.1');
    socket.write(
      'POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: 900000\r\n\r\n12345',
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(intake.admission.used).toBe(5);
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(intake.admission.used).toBe(0);
  });

  it('lets a client that reads late see why it was refused: the connection is not reset under it', async () => {
    const socket = net.connect(port, '127.0.0.1');
    const answer = new Promise<string>((resolve, reject) => {
      let text = '';
      socket.on('data', (part: Buffer) => (text += part.toString('latin1')));
      socket.on('error', reject);
      socket.on('close', () => resolve(text));
    });
    socket.pause();
    socket.write(
      'POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n',
    );
    for (let i = 0; i < 8; i++) {
      socket.write(Buffer.alloc(1_000_000));
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    socket.write(Buffer.alloc(1_000_000));
    socket.resume();
    expect(await answer).toMatch(/^HTTP\/1\.1 413 [^]*connection: close[^]*larger than the limit/i);
  });

  it('keeps the connection after a refusal of what it has read whole', async () => {
    outcome = async () => refuse(GRPC.INVALID_ARGUMENT, 'never');
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': 1 };
    const ports: (number | undefined)[] = [];
    for (let i = 0; i < 3; i++)
      await new Promise<void>((resolve, reject) => {
        const request = http.request(`${url}/v1/logs`, { method: 'POST', agent, headers }, (response) => {
          ports.push(request.socket?.localPort);
          response.resume().on('end', resolve);
        });
        request.on('error', reject);
        request.end('x');
      });
    agent.destroy();
    expect(ports).toHaveLength(3);
    expect(new Set(ports).size).toBe(1);
  });

  it('refuses a tenant that could not be passed on', async () => {
    for (const tenant of ['t'.repeat(151), 'caf\u00e9']) {
      const answer = await postLogs(url, Buffer.from('x'), { 'x-scope-orgid': tenant });
      expect(answer.status).toBe(400);
      expect(decodeStatus(answer.body).message).toContain('x-scope-orgid must be');
    }
    expect(bodies).toEqual([]);
  });

  it('never reuses the memory of a request that is still being worked on, even when its client is gone', async () => {
    const seen: string[] = [];
    outcome = async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      seen.push(Buffer.from(request.bytes.subarray(0, 1)).toString());
      return taken(FULL_SUCCESS);
    };
    const agent = new http.Agent();
    const gone = http.request(`${url}/v1/logs`, {
      ...{ method: 'POST', agent },
      headers: { 'content-type': 'application/x-protobuf', 'content-length': 1000 },
    });
    gone.on('error', () => undefined);
    gone.end('a'.repeat(1000));
    await new Promise((resolve) => setTimeout(resolve, 50));
    gone.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await postLogs(url, Buffer.from('b'.repeat(1000)));
    expect(seen).toEqual(['a', 'b']);
  });
});
