/** The built plugins in a real browser: what people see and can do, with only the backend's answers made up. */
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasChromium, launch, NO_CHROMIUM, open, type Opened } from './browser.ts';
import { buildIfOlder } from '../build-if-older.ts';
import { startFakeBackend, type FakeBackend } from './fake-backend.ts';
import { MANY_WINDOWS_VIEW, manyWindows, redraws } from './redraw.ts';
import { fleet, nothing, shop } from './scenario.ts';

const SHOTS = process.env['SEISMO_SHOTS'];

const HOUR = '/?from=now-1h&to=now';

let browser: Browser;
let backend: FakeBackend;
let opened: Opened;

beforeAll(async () => {
  if (!hasChromium) return;
  await buildIfOlder();
  browser = await launch();
}, 180_000);
afterAll(async () => browser?.close());

beforeEach(async (context) => {
  context.skip(!hasChromium, NO_CHROMIUM);
  backend = await startFakeBackend(shop(Date.now()));
});
afterEach(async () => {
  await opened?.page.context().close();
  await backend?.close();
});

async function visit(view = HOUR, theme: 'dark' | 'light' = 'dark'): Promise<Page> {
  opened = await open(browser, backend.url + view, theme);
  return opened.page;
}

const strip = (page: Page) => page.getByTestId('seismograph').first();
const shot = async (page: Page, name: string) => {
  if (SHOTS) await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
};

describe('the overview', () => {
  it.each(['dark', 'light'] as const)('shows the fault in %s, and nothing on the page goes wrong', async (theme) => {
    const page = await visit(HOUR, theme);
    await strip(page).waitFor();
    expect(await strip(page).getAttribute('aria-label')).toMatch(/8 services, 19 anomalies/);
    const now = page.getByRole('region', { name: 'Anomalies now' });
    expect(await now.getByRole('button').first().textContent()).toMatch(/payment.*1 in 10 million/);
    expect(await page.getByRole('region', { name: 'Most affected services' }).textContent()).toContain('3 of 8');
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(luminance(background) < 0.5).toBe(theme === 'dark');
    await shot(page, `overview-${theme}`);
    expect(opened.problems).toEqual([]);
  });

  it('opens the evidence at a click on the strip', async () => {
    const page = await visit();
    const box = await boxOf(page);
    await page.mouse.move(box.x + box.width - 80, box.y + 12);
    expect(await page.getByTestId('seismograph-hover').textContent()).toContain('1 in 10 million');
    await page.mouse.click(box.x + box.width - 80, box.y + 12);
    const drawer = page.getByRole('dialog');
    await drawer.getByText('A kind of message never seen in payment before came 31 times').waitFor();
    const text = (await drawer.textContent()) ?? '';
    for (const part of ['expected 0 records', '31 records', 'confidence 86 %', 'timed out after 3017 ms'])
      expect(text).toContain(part);
    await shot(page, 'evidence-dark');
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
    await page.getByRole('dialog').getByText('1 in 10 million').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('opens the lane of a service with its expected band', async () => {
    const page = await visit();
    await strip(page).getByRole('button', { name: 'payment' }).click();
    await expect.poll(() => lastQuery(backend)).toContain('expectedHigh');
    await page.waitForTimeout(300);
    await shot(page, 'lane-dark');
    expect(opened.problems).toEqual([]);
  });

  it('keeps its state in the address, so that another person sees the same', async () => {
    const page = await visit();
    const box = await boxOf(page);
    await page.mouse.move(box.x + box.width * 0.5, box.y + 12);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 12, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => page.url()).toMatch(/from=\d{13}&to=\d{13}/);
    await page.getByRole('region', { name: 'Most affected services' }).waitFor();
    await page.goto(`${page.url()}&service=login`);
    await strip(page).waitFor();
    expect(await strip(page).getByRole('button').allTextContents()).toEqual([expect.stringContaining('login')]);
  });

  it('begins with the last minutes, where a backend that was just started has something to show', async () => {
    const page = await visit('/');
    await strip(page).waitFor();
    expect(page.url()).toContain('/a/seismo-loganomaly-app?from=now-15m&to=now');
    await page.getByRole('button', { name: /Last 15 minutes/ }).waitFor();
  });

  it('turns from dark to light without loading anew', async () => {
    const page = await visit();
    await strip(page).waitFor();
    await page.getByRole('button', { name: 'Light' }).click();
    await page.getByRole('button', { name: 'Dark' }).waitFor();
    expect(luminance(await page.evaluate(() => getComputedStyle(document.body).backgroundColor))).toBeGreaterThan(0.5);
  });

  it('refreshes by itself when asked to', async () => {
    await visit(`${HOUR}&refresh=5s`);
    await strip(opened.page).waitFor();
    const before = backend.queries.length;
    await expect.poll(() => backend.queries.length, { timeout: 12_000 }).toBeGreaterThan(before);
  });
});

describe('the overview of a thousand services', () => {
  it('shows those with anomalies first', async () => {
    backend.scenario = fleet(1000, 60, Date.now());
    const page = await visit();
    await strip(page).waitFor();
    expect(await strip(page).getByRole('button').first().textContent()).toMatch(/^service-0?\d+071$/);
    expect(await page.getByRole('region', { name: 'Most affected services' }).textContent()).toContain('10 of 1000');
    await shot(page, 'overview-thousand-dark');
    expect(opened.problems).toEqual([]);
  });
});

describe('when there is nothing to see', () => {
  it('says that nothing was ever scored', async () => {
    backend.scenario = nothing();
    const page = await visit();
    await page.getByText('No logs yet').waitFor();
    await shot(page, 'cold-dark');
  });

  it('says that the range is empty', async () => {
    const page = await visit('/?from=1000&to=2000');
    await page.getByText('No scored windows in this time range').waitFor();
  });

  it.each([
    ['down', 'is the scoring backend running?'],
    ['unauthorized', 'the token is missing or wrong'],
    ['broken', 'the store cannot be read: disk full'],
  ] as const)('says why when the backend is %s', async (mood, words) => {
    backend.mood = mood;
    const page = await visit();
    expect(await page.getByTestId('seismograph-failed').textContent()).toContain(words);
    await shot(page, `backend-${mood}-dark`);
  });

  it('keeps what was there when the backend goes away, and says that it is old', async () => {
    const page = await visit(`${HOUR}&refresh=5s`);
    await strip(page).waitFor();
    backend.mood = 'down';
    await page.getByText('These are not the latest data').waitFor({ timeout: 15_000 });
    expect(await strip(page).isVisible()).toBe(true);
  });
});

describe('the panel', () => {
  it('shows a time that is pointed at in another panel', async () => {
    const page = await visit('/d/seismograph');
    const [first, second] = [page.getByTestId('seismograph').first(), page.getByTestId('seismograph').nth(1)];
    await second.waitFor();
    await page.waitForTimeout(300);
    const before = await pixels(second);
    const box = await first.boundingBox();
    await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) * 0.6, (box?.y ?? 0) + 12);
    await expect.poll(() => pixels(second)).not.toBe(before);
    await shot(page, 'dashboard-dark');
  });

  it('takes its options and a variable with several values', async () => {
    const page = await visit('/d/seismograph?service=payment&service=cart');
    await strip(page).waitFor();
    expect((await strip(page).getByRole('button').allTextContents()).map((text) => text.replace(/\d+$/, ''))).toEqual([
      'payment',
      'cart',
    ]);
    await page.getByRole('radio', { name: 'By name' }).check({ force: true });
    await expect.poll(async () => (await strip(page).getByRole('button').allTextContents())[0]).toContain('cart');
    expect(opened.problems).toEqual([]);
  });

  it('scrolls through a thousand services and draws only those in sight', async () => {
    backend.scenario = fleet(1000, 60, Date.now());
    const page = await visit('/d/seismograph');
    await strip(page).waitFor();
    expect(await strip(page).getAttribute('aria-label')).toMatch(/1000 services, 10 anomalies/);
    expect(await strip(page).getByRole('button').count()).toBeLessThan(40);
    await strip(page).focus();
    for (let i = 0; i < 12; i++) await page.keyboard.press('PageDown');
    expect(await strip(page).getByRole('button').first().textContent()).not.toContain('service-0007');
    await shot(page, 'thousand-dark');
    expect(opened.problems).toEqual([]);
  });

  it('redraws 100,000 windows as often as it is asked to', async () => {
    backend.scenario = manyWindows();
    const page = await visit(MANY_WINDOWS_VIEW);
    await strip(page).waitFor();
    expect(await strip(page).getByRole('button').count()).toBe(12);
    expect(await redraws(page, 7)).toHaveLength(7);
    expect(opened.problems).toEqual([]);
  });
});

describe('the datasource', () => {
  it.each(['Anomalies', 'Logs'])('answers %s in Explore', async (kind) => {
    const page = await visit('/explore');
    await page.getByRole('radio', { name: kind }).check({ force: true });
    await page
      .getByRole('cell', { name: kind === 'Logs' ? /timed out/ : 'payment', exact: false })
      .first()
      .waitFor();
    expect(opened.problems).toEqual([]);
  });

  it('shows the lines of an anomaly in Explore by a link from the evidence', async () => {
    const page = await visit();
    const box = await boxOf(page);
    await page.mouse.click(box.x + box.width - 80, box.y + 12);
    await page.getByRole('link', { name: /in Explore/ }).click();
    await page
      .getByRole('cell', { name: /timed out after/ })
      .first()
      .waitFor();
    await shot(page, 'explore-dark');
  });

  it('tests its connection and says what is wrong', async () => {
    const page = await visit('/connections/datasources');
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText('the scoring backend answers (version 0.1.0)').waitFor();
    backend.mood = 'unauthorized';
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText('the token is missing or wrong').waitFor();
    await shot(page, 'datasource-dark');
  });
});

describe('the built plugins', () => {
  it.each(['', 'datasource', 'panel'])('load with less than 60 kB from dist/%s', (folder) => {
    expect(fs.statSync(path.join(import.meta.dirname, '../dist', folder, 'module.js')).size).toBeLessThan(60_000);
  });
});

/** The plot of the strip: right of the names. */
async function boxOf(page: Page) {
  await strip(page).waitFor();
  const box = await strip(page).locator('canvas').first().boundingBox();
  if (!box) throw new Error('the strip is not drawn');
  return box;
}

/** What a canvas on top of the strips shows, to tell that it changed. */
function pixels(strips: ReturnType<typeof strip>): Promise<string> {
  return strips
    .locator('canvas')
    .nth(1)
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

function lastQuery({ queries }: FakeBackend): string {
  return JSON.stringify(queries.at(-1));
}

function luminance(color: string): number {
  const [r, g, b] = (color.match(/\d+/g) ?? []).map(Number);
  return (r * 0.2126 + g * 0.7152 + b * 0.0722) / 255;
}
