/** The Seismograph in a real browser: 100,000 windows drawn anew in less than 150 ms. */
import { benchRow, median, type BenchRow } from '../../otel-processor/bench/measure.ts';
import { hasChromium, launch, open } from '../e2e/browser.ts';
import { buildIfOlder } from '../build-if-older.ts';
import { answerWithManyWindows, MANY_WINDOWS_VIEW, WINDOWS } from '../e2e/made-up-windows.ts';
import { startRealBackend } from '../e2e/real-backend.ts';
import { redraws } from '../e2e/redraw.ts';

const ROUNDS = 9;
const LIMIT_MS = 150;

/** No row where there is no Chromium. Time is that of the browser's main thread by the clock, not of this process. */
export async function run(): Promise<BenchRow[]> {
  if (!hasChromium) return [];
  await buildIfOlder();
  const backend = await startRealBackend();
  const browser = await launch();
  try {
    const { page } = await open(browser, backend.url + MANY_WINDOWS_VIEW, 'dark', answerWithManyWindows);
    await page.getByTestId('seismograph').first().waitFor();
    await redraws(page, 2);
    const ms = median(await redraws(page, ROUNDS));
    const options = { name: 'redraw of the panel, in Chromium', unit: 'window', units: WINDOWS };
    return [benchRow({ ...options, floor: WINDOWS / LIMIT_MS / 1000 }, (ms * 1e6) / WINDOWS, ROUNDS)];
  } finally {
    await browser.close();
    await backend.stop();
  }
}
