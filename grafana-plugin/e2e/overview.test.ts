/** The page of the app over a real backend that has found the demo's fault. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { hasChromium, NO_CHROMIUM } from './browser.ts';
import { SETUP_TIMEOUT_MS, startDemoBackend, type DemoBackend } from './demo-backend.ts';
import { brightness, Pages, PATIENCE, plotOf, services, shot, strip } from './on-page.ts';

const APP = '/a/seismo-loganomaly-app';

let demo: DemoBackend;
const pages = new Pages();

beforeAll(async () => {
  if (hasChromium) demo = await startDemoBackend();
}, SETUP_TIMEOUT_MS);
beforeEach((context) => context.skip(!hasChromium, NO_CHROMIUM));
afterEach(() => pages.close());
afterAll(async () => demo?.stop());

const visit = (theme: 'dark' | 'light' = 'dark', more = ''): Promise<Page> =>
  pages.visit(demo.browser, `${demo.url}${APP}?${demo.range}${more}`, theme);

/** The rarest window of payment, which is at fault, and where it is on the strip. */
async function rarest(page: Page) {
  const [anomaly] = demo.found.filter(({ service }) => service === 'payment').sort((a, b) => b.margin - a.margin);
  const row = (await services(page)).indexOf('payment');
  const { x, y, width } = await plotOf(page);
  const share = ((anomaly.startMs + anomaly.endMs) / 2 - demo.fromMs) / (demo.toMs - demo.fromMs);
  return { anomaly, x: x + width * share, y: y + 22 * row + 12 };
}

describe('the overview', { timeout: 60_000 }, () => {
  it.each(['dark', 'light'] as const)("shows the demo's fault in %s, and nothing on it goes wrong", async (theme) => {
    const page = await visit(theme);
    await strip(page).waitFor();
    expect(demo.found.length).toBeGreaterThan(2);
    expect(await strip(page).getAttribute('aria-label')).toContain(`9 services, ${demo.found.length} anomalies`);
    const now = await page.getByRole('region', { name: 'Anomalies now' }).textContent();
    expect(now).toMatch(/(payment|checkout)(rarer than )?1 in .*records were errors/);
    const affected = new Set(demo.found.map(({ service }) => service)).size;
    expect(await page.getByRole('region', { name: 'Most affected services' }).textContent()).toContain(
      `${affected} of 9`,
    );
    expect((await brightness(page)) < 0.5).toBe(theme === 'dark');
    await shot(page, `overview-${theme}`);
    expect(pages.problems).toEqual([]);
  });

  it('opens the evidence at a click on the strip', async () => {
    const page = await visit();
    const { anomaly, x, y } = await rarest(page);
    await page.mouse.move(x, y);
    expect(await page.getByTestId('seismograph-hover').textContent()).toContain('payment');
    await page.mouse.click(x, y);
    const drawer = page.getByRole('dialog');
    await drawer.getByText(anomaly.reasons[0].text).waitFor();
    const text = (await drawer.textContent()) ?? '';
    for (const part of [/confidence \d+ %/, /over the line/, /expected .*got/, /timed out after 1500 ms/])
      expect(text).toMatch(part);
    await shot(page, 'evidence-dark');
    expect(pages.problems).toEqual([]);
  });

  it('is reached by keyboard alone, from the address bar to the evidence', async () => {
    const page = await visit();
    await strip(page).waitFor();
    for (let i = 0; i < 40; i++) {
      if (await strip(page).evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('n');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('over the line').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('opens the lane of a service with its expected band', async () => {
    const page = await visit();
    const asked = page.waitForRequest((request) => request.postData()?.includes('expectedHigh') ?? false);
    await strip(page).getByRole('button', { name: 'payment' }).click();
    expect((await (await asked).response())?.status()).toBe(200);
    await page.waitForTimeout(300);
    await shot(page, 'lane-dark');
    expect(pages.problems).toEqual([]);
  });

  it('keeps its state in the address, so that another person sees the same', async () => {
    const page = await visit();
    const { x, y, width } = await plotOf(page);
    await page.mouse.move(x + width * 0.6, y + 12);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.9, y + 12, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => page.url(), PATIENCE).not.toContain(demo.range);
    await expect.poll(() => page.url(), PATIENCE).toMatch(/from=\d{13}&to=\d{13}/);
    await page.goto(`${page.url()}&service=login`);
    expect(await services(page)).toEqual(['login']);
  });

  it('takes a service from its picker', async () => {
    const page = await visit();
    await strip(page).waitFor();
    await page.locator('#seismo-overview-services').click();
    await page.getByText('shipping-worker', { exact: true }).last().click();
    await expect.poll(() => page.url(), PATIENCE).toContain('service=shipping-worker');
    await expect.poll(() => services(page), PATIENCE).toEqual(['shipping-worker']);
  });

  it('begins with the last minutes, where a backend that was just started has something to show', async () => {
    const page = await pages.visit(demo.browser, `${demo.url}/`);
    await strip(page).waitFor();
    expect(page.url()).toContain(`${APP}?from=now-15m&to=now`);
    await page.getByRole('button', { name: /Last 15 minutes/ }).waitFor();
  });

  it('turns from dark to light without loading anew', async () => {
    const page = await visit();
    await strip(page).waitFor();
    await page.getByRole('button', { name: 'Light' }).click();
    await page.getByRole('button', { name: 'Dark' }).waitFor();
    expect(await brightness(page)).toBeGreaterThan(0.5);
  });

  it('refreshes by itself when asked to', async () => {
    const page = await visit('dark', '&refresh=5s');
    await strip(page).waitFor();
    await page.waitForRequest((request) => request.url().endsWith('/api/v1/query'), { timeout: 12_000 });
  });
});
