/** The demo shop seen from the process that starts it: a child process that sends real OTLP over a real socket. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Fault } from './fault.ts';
import type { Order, Report } from './orders.ts';
import type { ShopOptions } from './shop.ts';

/** After this many ms a shop that does not end by itself is killed. */
const STOP_WITHIN_MS = 5_000;

export class DemoShop {
  readonly #process: ChildProcess;
  /** Rejects when the shop ends. */
  readonly #ended: Promise<never>;

  private constructor(child: ChildProcess, ended: Promise<never>) {
    this.#process = child;
    this.#ended = ended;
  }

  /**
   * Starts the shop; resolves when it is open for visitors.
   * @throws Error when it ends before it has opened, with what it said on standard error.
   */
  static async open(options: ShopOptions): Promise<DemoShop> {
    const child = fork(new URL('shop-process.ts', import.meta.url), [JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Settings for an SDK in the user's shell are not meant for the shop.
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'))),
    });
    let complaints = '';
    child.stderr?.on('data', (chunk: Uint8Array) => (complaints = (complaints + String(chunk)).slice(-2_000)));
    const ended = once(child, 'exit').then(([code]): never => {
      throw new Error(`the demo shop has ended by itself, exit code ${code}: ${complaints.trim()}`);
    });
    // Nobody may be waiting when it ends, and that it ends is what closing is for.
    ended.catch(() => {});
    const shop = new DemoShop(child, ended);
    await Promise.race([shop.#heard('open'), ended]);
    return shop;
  }

  async begin(fault: Fault): Promise<void> {
    await this.#order({ kind: 'begin', fault: fault.name });
  }

  /** Ends whatever fault is on. */
  async recover(): Promise<void> {
    await this.#order({ kind: 'recover' });
  }

  /** Closes the shop; its last records are sent. Harmless when it has ended already. */
  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_WITHIN_MS);
    if (this.#process.connected) this.#process.send({ kind: 'stop' } satisfies Order);
    await exited;
    clearTimeout(timer);
  }

  async #order(order: Order): Promise<void> {
    const done = this.#heard('done');
    this.#process.send(order);
    await Promise.race([done, this.#ended]);
  }

  #heard(kind: Report['kind']): Promise<void> {
    return new Promise((resolve) => {
      const listen = (report: Report): void => {
        if (report.kind !== kind) return;
        this.#process.off('message', listen);
        resolve();
      };
      this.#process.on('message', listen);
    });
  }
}
