/**
 * How much a client may send of a call before any of it is read: the initial window of the streams of all sessions. A few
 * calls get windows that a batch fits into, since waiting for window updates costs throughput; many calls share what memory
 * there is for messages that wait for their turn (turnstile.ts).
 * Source: RFC 9113, 6.9.2: a change of SETTINGS_INITIAL_WINDOW_SIZE holds for streams that are open as well.
 */
import type { Http2SecureServer, Http2Server, ServerHttp2Session } from 'node:http2';

/** Of one call, bytes. */
export const LARGEST_WINDOW = 1024 * 1024;
/** HTTP/2's own default; a little less is what a client may send before it has read a setting. */
const SMALLEST_WINDOW = 64 * 1024;
/** Of all calls together, bytes. */
const SHARED_BYTES = 4 * 1024 * 1024;
/** For this long, ms, a crowd counts that has gone: clients that send one call after another are the same crowd. */
const LOOK_MS = 10_000;

export class StreamWindows {
  readonly #server: Http2Server | Http2SecureServer;
  /** And what they were last told. */
  readonly #sessions = new Map<ServerHttp2Session, number>();
  #bytes = LARGEST_WINDOW;
  #calls = 0;
  /** Most calls or sessions at a time since the last look. */
  #crowd = 0;

  /** @param server whose settings begin with LARGEST_WINDOW */
  constructor(server: Http2Server | Http2SecureServer, lookMs = LOOK_MS) {
    this.#server = server;
    const timer = setInterval(() => this.#look(), lookMs).unref();
    server.on('session', (session: ServerHttp2Session) => {
      this.#sessions.set(session, this.#bytes);
      session.on('localSettings', () => this.#tell(session));
      session.once('close', () => this.#sessions.delete(session));
      this.#met(this.#sessions.size);
    });
    server.on('close', () => clearInterval(timer));
  }

  /** A call has come; `ended` is to follow. */
  began(): void {
    this.#met(++this.#calls);
  }

  ended(): void {
    this.#calls--;
  }

  #met(crowd: number): void {
    if (crowd <= this.#crowd) return;
    this.#crowd = crowd;
    this.#grant(windowFor(crowd));
  }

  #look(): void {
    this.#crowd = Math.max(this.#calls, this.#sessions.size);
    this.#grant(windowFor(this.#crowd));
  }

  #grant(bytes: number): void {
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#server.updateSettings({ initialWindowSize: bytes });
    for (const session of this.#sessions.keys()) this.#tell(session);
  }

  /** One setting at a time: node:http2 ends a session with many that its client has not acknowledged. */
  #tell(session: ServerHttp2Session): void {
    const bytes = this.#bytes;
    if (session.destroyed || session.pendingSettingsAck || this.#sessions.get(session) === bytes) return;
    this.#sessions.set(session, bytes);
    session.settings({ initialWindowSize: bytes });
  }
}

/** A power of two, so that it changes rarely. */
function windowFor(crowd: number): number {
  const share = 2 ** Math.floor(Math.log2(SHARED_BYTES / Math.max(crowd, 1)));
  return Math.min(LARGEST_WINDOW, Math.max(SMALLEST_WINDOW, share));
}
