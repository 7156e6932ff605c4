/** The page when there is nothing to see, or when the backend is not as it should be. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { buildIfOlder } from '../build-if-older.ts';
import { hasChromium, launch, NO_CHROMIUM } from './browser.ts';
import { Pages, shot, strip } from './on-page.ts';
import { startRealBackend, type RealBackend } from './real-backend.ts';
import { recordedDemo } from './recorded-demo.ts';

const APP = '/a/seismo-loganomaly-app?from=now-15m&to=now';
const SETTINGS = '/connections/datasources';

let browser: Browser;
let backend: RealBackend;
const pages = new Pages();

beforeAll(async () => {
  if (!hasChromium) return;
  await buildIfOlder();
  browser = await launch();
}, 240_000);
beforeEach(async (context) => {
  context.skip(!hasChromium, NO_CHROMIUM);
  backend = await startRealBackend();
});
afterEach(async () => {
  await pages.close();
  await backend?.stop();
});
afterAll(async () => browser?.close());

const visit = (view: string): Promise<Page> => pages.visit(browser, backend.url + view);

/** Calm minutes until now: a service whose last lines are old is soon one that has fallen silent. */
async function withLogs(): Promise<void> {
  const lines = recordedDemo(0).slice(0, 3000);
  const shiftMs = Date.now() - Number(lines.at(-1)?.timestamp);
  await backend.take(lines.map((line) => ({ ...line, timestamp: Number(line.timestamp) + shiftMs })));
}

describe('when there is nothing to see', { timeout: 60_000 }, () => {
  it('says that nothing was ever scored', async () => {
    const page = await visit(APP);
    await page.getByText('No logs yet').waitFor();
    await page.getByText('Nothing was scored in this time range').waitFor();
    await shot(page, 'cold-dark');
    expect(pages.problems).toEqual([]);
  });

  it('says that the range is empty, and how far a new service is learned', async () => {
    await withLogs();
    const page = await visit('/?from=1000&to=2000');
    await page.getByText('No scored windows in this time range').waitFor();
    await page.goto(backend.url + APP);
    await strip(page)
      .getByText(/learning \d+ %/)
      .first()
      .waitFor();
    await page.getByText(/of 9 services are still being learned/).waitFor();
    await shot(page, 'learning-dark');
    expect(pages.problems).toEqual([]);
  });
});

describe('when the backend goes away', () => {
  it('keeps what was there and says that it is old', { timeout: 90_000 }, async () => {
    await withLogs();
    const page = await visit(`${APP}&refresh=5s`);
    await strip(page).waitFor();
    await backend.stop();
    await page.getByText('These are not the latest data').waitFor();
    expect(await strip(page).isVisible()).toBe(true);
  });

  it('says so in Explore and in the test of the datasource', { timeout: 90_000 }, async () => {
    await withLogs();
    const [explore, settings] = [await visit('/explore?from=now-15m&to=now'), await visit(SETTINGS)];
    await strip(explore).waitFor();
    await settings.getByRole('button', { name: 'Test' }).waitFor();
    await backend.stop();
    await explore.getByRole('radio', { name: 'Logs' }).check({ force: true });
    await settings.getByRole('button', { name: 'Test' }).click();
    for (const page of [explore, settings]) await page.getByText('is the scoring backend running?').waitFor();
    await shot(explore, 'backend-down-dark');
  });
});

describe('when the backend answers otherwise', { timeout: 60_000 }, () => {
  // A real backend asks for no token, is of one version, and its disk does not fill up for a test: of these answers
  // only the bytes are made up, on their way to the page.
  const answer = (page: Page, status: number, body: object) =>
    page.route(/\/(api\/v1\/|health)/, (route) => route.fulfill({ status, json: body }));

  it.each([
    ['the token is wrong', 401, 'UNAUTHORIZED', 'the token is missing or wrong'],
    ['its store is broken', 500, 'STORE_UNAVAILABLE', 'the store cannot be read: disk full'],
    ['it is of another version', 400, 'INVALID_REQUEST', 'queries[0].field: unknown key'],
  ])('says why: %s', async (_what, status, code, message) => {
    const page = await visit(SETTINGS);
    await answer(page, status, { error: { code, message } });
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText(message).waitFor();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByTestId('seismograph-failed').getByText(message).waitFor();
    await page.getByRole('link', { name: 'Explore' }).click();
    await page.getByText(message).waitFor();
    await shot(page, `backend-${status}-dark`);
  });

  it('says that it is something else that answers there', async () => {
    const page = await visit(SETTINGS);
    await answer(page, 200, { hello: 'world' });
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText('something answers there, but not a scoring backend').waitFor();
  });
});
