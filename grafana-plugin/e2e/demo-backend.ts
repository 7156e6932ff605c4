/** A real backend that has just lived through the recorded minutes of the demo shop, and a browser to look at it. */
import type { Browser } from 'playwright-core';
import type { WireAnomaly } from '@seismo/scoring-backend/api';
import { buildIfOlder } from '../build-if-older.ts';
import { launch } from './browser.ts';
import { startRealBackend, type RealBackend } from './real-backend.ts';
import { recordedDemo } from './recorded-demo.ts';

const MINUTE = 60_000;
/** Where in a minute the recording ends, in ms: the same cut into windows at every run. */
const END_IN_MINUTE = 52_000;

export const SETUP_TIMEOUT_MS = 240_000;

export interface DemoBackend extends RealBackend {
  readonly browser: Browser;
  /** All anomalies it found, latest first. */
  readonly found: readonly WireAnomaly[];
  /** The last ten minutes of the recording, as the page has it in its address. */
  readonly range: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export async function startDemoBackend(): Promise<DemoBackend> {
  await buildIfOlder();
  const backend = await startRealBackend();
  const endMs = Math.floor(Date.now() / MINUTE - 1) * MINUTE + END_IN_MINUTE;
  await backend.take(recordedDemo(endMs));
  const [fromMs, toMs] = [endMs - 10 * MINUTE, endMs];
  const browser = await launch();
  return {
    ...{ ...backend, browser, fromMs, toMs, range: `from=${fromMs}&to=${toMs}` },
    found: await backend.anomalies(),
    async stop() {
      await browser.close();
      await backend.stop();
    },
  };
}
