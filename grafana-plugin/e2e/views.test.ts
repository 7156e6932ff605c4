/** Panel, datasource and editors in the workbench, over a real backend that has found the demo's fault. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { hasChromium, NO_CHROMIUM } from './browser.ts';
import { SETUP_TIMEOUT_MS, startDemoBackend, type DemoBackend } from './demo-backend.ts';
import { Pages, PATIENCE, pixels, services, shot, strip } from './on-page.ts';

let demo: DemoBackend;
const pages = new Pages();

beforeAll(async () => {
  if (hasChromium) demo = await startDemoBackend();
}, SETUP_TIMEOUT_MS);
beforeEach((context) => context.skip(!hasChromium, NO_CHROMIUM));
afterEach(() => pages.close());
afterAll(async () => demo?.stop());

const visit = (view: string, more = ''): Promise<Page> =>
  pages.visit(demo.browser, `${demo.url}${view}?${demo.range}${more}`);

describe('the dashboard', { timeout: 60_000 }, () => {
  it('shows a time that is pointed at in another panel', async () => {
    const page = await visit('/d/seismograph');
    const [first, second] = [page.getByTestId('seismograph').first(), page.getByTestId('seismograph').nth(1)];
    await second.waitFor();
    await page.waitForTimeout(300);
    const before = await pixels(second);
    const box = await first.boundingBox();
    await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) * 0.6, (box?.y ?? 0) + 12);
    await expect.poll(() => pixels(second), PATIENCE).not.toBe(before);
    await shot(page, 'dashboard-dark');
    expect(pages.problems).toEqual([]);
  });

  it('takes its options and a variable with several values', async () => {
    const page = await visit('/d/seismograph', '&service=payment&service=cart');
    await expect.poll(() => services(page), PATIENCE).toEqual(['payment', 'cart']);
    await page.getByRole('radio', { name: 'By name' }).check({ force: true });
    await expect.poll(() => services(page), PATIENCE).toEqual(['cart', 'payment']);
    expect(pages.problems).toEqual([]);
  });

  it('draws the margin over time and lists the lines behind the anomalies', async () => {
    const page = await visit('/d/seismograph');
    await page.getByTestId('uplot-main-div').or(page.locator('.uplot')).first().waitFor();
    await page.getByRole('button', { name: 'payment' }).first().waitFor();
    await page
      .getByRole('cell', { name: /timed out after 1500 ms/ })
      .first()
      .waitFor();
  });
});

describe('Explore', { timeout: 60_000 }, () => {
  it('draws scores as a time series and as a Seismograph, and a margin with its line', async () => {
    const page = await visit('/explore');
    await page.locator('.uplot').first().waitFor();
    await strip(page).waitFor();
    await page.getByLabel('Number').click();
    await page.getByText('Margin', { exact: true }).last().click();
    await strip(page).waitFor({ state: 'detached' });
    await page.locator('.uplot').first().waitFor();
    expect(pages.problems).toEqual([]);
  });

  it.each([
    ['Anomalies', 'payment'],
    ['Templates', /^Payment <\*>/],
    ['Logs', /timed out after 1500 ms/],
    ['Budget', 'window 5 min'],
  ])('answers %s as a table', async (kind, content) => {
    const page = await visit('/explore');
    await page.getByRole('radio', { name: kind }).check({ force: true });
    await page.getByRole('cell', { name: content }).first().waitFor();
    expect(pages.problems).toEqual([]);
  });

  it('shows the units of a budget whole, and its episodes as whole numbers', async () => {
    const page = await visit('/explore');
    await page.getByRole('radio', { name: 'Budget' }).check({ force: true });
    const unit = page.getByRole('cell', { name: 'window 5 min' }).first();
    await unit.waitFor();
    const isWhole = await unit.evaluate((cell) =>
      [cell, ...cell.querySelectorAll('*')].every(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth),
    );
    expect(isWhole).toBe(true);
    const row = page.getByRole('row').filter({ has: unit }).first();
    expect(await row.getByRole('cell').nth(4).innerText()).toMatch(/^\d+$/);
  });

  it('narrows logs to a margin and to an environment that is not there', async () => {
    const page = await visit('/explore');
    await page.getByRole('radio', { name: 'Logs' }).check({ force: true });
    await page
      .getByRole('cell', { name: /timed out/ })
      .first()
      .waitFor();
    await page.getByLabel('Environment').fill('nowhere');
    await page.keyboard.press('Enter');
    await page.getByText('No data in this time range').waitFor();
    expect(pages.problems).toEqual([]);
  });

  it('shows the lines of an anomaly by a link from the evidence', async () => {
    const page = await visit('/a/seismo-loganomaly-app');
    await page
      .getByRole('region', { name: 'Anomalies now' })
      .getByRole('button', { name: /^payment/ })
      .click();
    await page.getByRole('link', { name: /in Explore/ }).click();
    await page
      .getByRole('cell', { name: /timed out after/ })
      .first()
      .waitFor();
    await shot(page, 'explore-dark');
  });
});

describe('the datasource', () => {
  it('tests its connection', async () => {
    const page = await visit('/connections/datasources');
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText('the scoring backend answers (version 0.1.0)').waitFor();
    await shot(page, 'datasource-dark');
    expect(pages.problems).toEqual([]);
  });
});

describe('the built plugins', () => {
  it.each(['', 'datasource', 'panel'])('load with less than 60 kB from dist/%s', (folder) => {
    expect(fs.statSync(path.join(import.meta.dirname, '../dist', folder, 'module.js')).size).toBeLessThan(60_000);
  });
});
