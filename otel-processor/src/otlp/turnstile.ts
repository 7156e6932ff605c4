/**
 * Lets requests in as long as there is room for their bytes; the others wait in their order, unread: what they send stays in
 * the sockets and holds the clients back. So memory stays small however many connections bring large batches at once.
 *
 * Nobody waits for a client that is slow to send what it announced: after `slowMs` such a request gives its room back, and is
 * bounded by the other limits alone.
 */
import { Overloaded } from '../errors.ts';

export interface TurnstileOptions {
  /** Bytes inside at a time; a larger request comes in when it is alone. */
  readonly roomBytes: number;
  /** Longest wait before a client is told to come again, ms. */
  readonly waitMs?: number;
  /** How long a request inside may take to be here, ms. */
  readonly slowMs?: number;
}

/** The turn of one request, from `enter` to `leave`. */
export interface Turn {
  /** Settles when it is inside, or has left; undefined when it is at once. Rejects with Overloaded after too long a wait. */
  readonly inside: Promise<void> | undefined;
  /** Its bytes are here. */
  arrived(): void;
  /** Gives its room, or its place among those who wait, to others. */
  leave(): void;
}

interface Place {
  readonly bytes: number;
  /** Of performance.now(): since when it waits, then since when it is inside. */
  sinceMs: number;
  isHere: boolean;
  resolve: () => void;
  reject: (error: Overloaded) => void;
}

const WAIT_MS = 5000;
const SLOW_MS = 2000;
const LOOK_MS = 250;

export class Turnstile {
  readonly #roomBytes: number;
  readonly #waitMs: number;
  readonly #slowMs: number;
  readonly #inside = new Set<Place>();
  readonly #waiting = new Set<Place>();
  #insideBytes = 0;
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ roomBytes, waitMs = WAIT_MS, slowMs = SLOW_MS }: TurnstileOptions) {
    this.#roomBytes = roomBytes;
    this.#waitMs = waitMs;
    this.#slowMs = slowMs;
  }

  /** Announced bytes of the requests that wait. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** @param bytes that the request is going to hold, as far as is known */
  enter(bytes: number): Turn {
    const nothing = (): void => undefined;
    const place: Place = { bytes, sinceMs: performance.now(), isHere: false, resolve: nothing, reject: nothing };
    let inside: Promise<void> | undefined;
    if (this.#waiting.size === 0 && this.#hasRoom(bytes)) this.#take(place);
    else {
      inside = new Promise((resolve, reject) => Object.assign(place, { resolve, reject }));
      this.#waiting.add(place);
      this.#waitingBytes += bytes;
      this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
    }
    return { inside, arrived: () => void (place.isHere = true), leave: () => this.#leave(place) };
  }

  #hasRoom(bytes: number): boolean {
    return this.#insideBytes === 0 || this.#insideBytes + bytes <= this.#roomBytes;
  }

  #take(place: Place): void {
    place.sinceMs = performance.now();
    this.#inside.add(place);
    this.#insideBytes += place.bytes;
  }

  #leave(place: Place): void {
    if (this.#inside.delete(place)) this.#insideBytes -= place.bytes;
    else this.#stopWaiting(place)?.resolve();
    this.#admit();
  }

  #stopWaiting(place: Place): Place | undefined {
    if (!this.#waiting.delete(place)) return undefined;
    this.#waitingBytes -= place.bytes;
    return place;
  }

  #admit(): void {
    for (const place of this.#waiting) {
      if (!this.#hasRoom(place.bytes)) return;
      this.#stopWaiting(place);
      this.#take(place);
      place.resolve();
    }
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Runs while somebody waits. */
  #look(): void {
    const now = performance.now();
    for (const place of this.#inside)
      if (!place.isHere && now - place.sinceMs > this.#slowMs && this.#inside.delete(place))
        this.#insideBytes -= place.bytes;
    this.#admit();
    for (const place of this.#waiting)
      if (now - place.sinceMs > this.#waitMs)
        this.#stopWaiting(place)?.reject(
          new Overloaded(
            `${this.#insideBytes} bytes of requests are in work; it waited ${this.#waitMs} ms for its turn`,
          ),
        );
  }
}
