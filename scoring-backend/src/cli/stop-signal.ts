/** SIGINT and SIGTERM as an abort signal; a second Ctrl-C, when the first seems not to help, ends at once. */

/** A terminal and the launcher may both pass the same Ctrl-C on: what comes within this time is one. In ms. */
const SAME_KEY_PRESS_MS = 1_000;

export interface StopSignal {
  readonly signal: AbortSignal;
  /** Resolves when it is time to stop. */
  readonly aborted: Promise<void>;
  /** Listens no more. */
  release(): void;
}

export function stopSignal(): StopSignal {
  const controller = new AbortController();
  let asked = 0;
  const stop = (): void => {
    const now = performance.now();
    if (controller.signal.aborted && now - asked > SAME_KEY_PRESS_MS) process.exit(130);
    asked = now;
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    aborted: new Promise((resolve) => controller.signal.addEventListener('abort', () => resolve(), { once: true })),
    release() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
