/**
 * How long a gRPC connection may live, and how a dead one is noticed; names and meaning are those of the Collector's
 * `keepalive.server_parameters`. Connections that end from time to time let clients spread over all replicas.
 * Source: gRPC proposal A9, "Server-side Connection Management".
 */
import type { ServerHttp2Session } from 'node:http2';

export interface KeepaliveOptions {
  /** A connection is asked to end after this long, ± 10 %, in ms; 0: never. */
  readonly maxConnectionAgeMs: number;
  /** Calls in work then have this long to end before the connection is cut off, in ms; 0: as long as they need. */
  readonly maxConnectionAgeGraceMs: number;
  /** A connection without calls for this long is asked to end, in ms; 0: never. */
  readonly maxConnectionIdleMs: number;
  /** A ping is sent this often, in ms; 0: never. */
  readonly timeMs: number;
  /** Without an answer to it for this long the connection is cut off, in ms. */
  readonly timeoutMs: number;
}

/** So that connections made at the same moment do not all end at the same moment. */
const AGE_JITTER = 0.1;

/** Looks after one connection until it closes. */
export function keepAlive(session: ServerHttp2Session, options: KeepaliveOptions): void {
  const timers = new Set<NodeJS.Timeout>();
  const after = (ms: number, step: () => void): NodeJS.Timeout => {
    const timer = setTimeout(step, ms).unref();
    timers.add(timer);
    return timer;
  };
  session.on('close', () => {
    for (const timer of timers) clearTimeout(timer);
  });
  const { maxConnectionAgeMs, maxConnectionAgeGraceMs, maxConnectionIdleMs, timeMs } = options;
  if (maxConnectionAgeMs > 0)
    after(maxConnectionAgeMs * (1 - AGE_JITTER + 2 * AGE_JITTER * Math.random()), () => {
      // GOAWAY: calls in work go on, new ones take another connection.
      session.close();
      if (maxConnectionAgeGraceMs > 0) after(maxConnectionAgeGraceMs, () => session.destroy());
    });
  if (maxConnectionIdleMs > 0) endWhenIdle(session, (step) => after(maxConnectionIdleMs, step));
  if (timeMs > 0) pinged(session, options, after);
}

function endWhenIdle(session: ServerHttp2Session, whenIdle: (step: () => void) => NodeJS.Timeout): void {
  let calls = 0;
  const idle = whenIdle(() => {
    if (calls === 0) session.close();
  });
  session.on('stream', (stream) => {
    calls++;
    stream.on('close', () => {
      calls--;
      if (!session.closed) idle.refresh();
    });
  });
}

function pinged(
  session: ServerHttp2Session,
  { timeMs, timeoutMs }: KeepaliveOptions,
  after: (ms: number, step: () => void) => NodeJS.Timeout,
): void {
  const dead = after(timeMs + timeoutMs, () => session.destroy());
  const next = after(timeMs, () => {
    if (session.destroyed) return;
    session.ping((error) => {
      if (error !== null || session.destroyed) return;
      dead.refresh();
      next.refresh();
    });
  });
}
