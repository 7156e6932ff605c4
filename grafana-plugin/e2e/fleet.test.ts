/** The page with many services, learned by a real backend, and with many windows, which are made up. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import type { LogLine } from '@seismo/scoring-backend/api';
import { buildIfOlder } from '../build-if-older.ts';
import { hasChromium, launch, NO_CHROMIUM } from './browser.ts';
import { Pages, PATIENCE, services, shot, strip } from './on-page.ts';
import { startRealBackend, type RealBackend } from './real-backend.ts';
import { answerWithManyWindows, MANY_WINDOWS_VIEW } from './made-up-windows.ts';
import { redraws } from './redraw.ts';

const SERVICES = 1000;
const MINUTES = 12;

let browser: Browser;
let backend: RealBackend;
let range: string;
const pages = new Pages();

beforeAll(async () => {
  if (!hasChromium) return;
  await buildIfOlder();
  browser = await launch();
  backend = await startRealBackend();
  const toMs = Math.floor(Date.now() / 60_000) * 60_000;
  range = `from=${toMs - MINUTES * 60_000}&to=${toMs}`;
  const minutes = Array.from({ length: MINUTES }, (_, minute) => minute);
  await backend.take(minutes.flatMap((minute) => linesOf(minute, toMs - (MINUTES - minute) * 60_000)));
}, 240_000);
beforeEach((context) => context.skip(!hasChromium, NO_CHROMIUM));
afterEach(() => pages.close());
afterAll(async () => {
  await browser?.close();
  await backend?.stop();
});

const isIll = (service: number): boolean => service % 100 === 7;

/** Every service says what it does twice a minute; every hundredth each second, until it fails in minute 10. */
function linesOf(minute: number, startMs: number): LogLine[] {
  return Array.from({ length: SERVICES }, (_, i) => i).flatMap((i) => {
    const service = `service-${String(i).padStart(4, '0')}`;
    const at = (second: number, message: string, severity = 'info'): LogLine => {
      return { timestamp: startMs + second * 1000 + (i % 1000), service, severity, message };
    };
    const usual = [at(10, `request ${minute} served in ${i % 90} ms`), at(40, `request ${minute} served in 7 ms`)];
    if (!isIll(i)) return usual;
    return Array.from({ length: 60 }, (_, second) =>
      minute === 10
        ? at(second, `disk ${second} of the array has failed`, 'error')
        : at(second, `request ${minute}${second} served in ${second % 7} ms`),
    );
  });
}

describe('a thousand services', { timeout: 180_000 }, () => {
  it('are on the overview, those with anomalies first', async () => {
    const ill = new Set((await backend.anomalies()).map(({ service }) => service));
    expect(ill.size).toBe(10);
    const page = await pages.visit(browser, `${backend.url}/a/seismo-loganomaly-app?${range}`);
    const first = (await services(page)).slice(0, 10);
    expect(first.toSorted()).toEqual([...ill].toSorted());
    expect(await page.getByRole('region', { name: 'Most affected services' }).textContent()).toContain('10 of 1000');
    await shot(page, 'overview-thousand-dark');
    expect(pages.problems).toEqual([]);
  });

  it('are scrolled through in the panel, and only those in sight are drawn', async () => {
    const page = await pages.visit(browser, `${backend.url}/d/seismograph?${range}`);
    await strip(page).waitFor();
    expect(await strip(page).getAttribute('aria-label')).toMatch(/1000 services, \d+ anomalies/);
    expect(await strip(page).getByRole('button').count()).toBeLessThan(40);
    const [before] = await services(page);
    await strip(page).focus();
    for (let i = 0; i < 12; i++) await page.keyboard.press('PageDown');
    await expect.poll(async () => (await services(page))[0], PATIENCE).not.toBe(before);
    await shot(page, 'thousand-dark');
    expect(pages.problems).toEqual([]);
  });
});

describe('a hundred thousand windows', { timeout: 90_000 }, () => {
  it('are drawn as often as the panel is asked to', async () => {
    const page = await pages.visit(browser, backend.url + MANY_WINDOWS_VIEW, 'dark', answerWithManyWindows);
    await strip(page).waitFor();
    expect(await strip(page).getAttribute('aria-label')).toContain('12 services');
    expect(await redraws(page, 7)).toHaveLength(7);
    expect(pages.problems).toEqual([]);
  });
});
