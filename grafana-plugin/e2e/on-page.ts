/** What the tests see and touch on the page. */
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { open, type Opened } from './browser.ts';

/** With a folder here the tests leave screenshots. */
const SHOTS = process.env['SEISMO_SHOTS'];

/** How long a page may take to show what was asked for; two busy cores are slow. */
export const PATIENCE = { timeout: 20_000 };

/** The first Seismograph of the page. */
export const strip = (page: Page): Locator => page.getByTestId('seismograph').first();

/** Pages of one test file, closed after each test. */
export class Pages {
  readonly #opened: Opened[] = [];

  async visit(
    browser: Browser,
    url: string,
    theme: 'dark' | 'light' = 'dark',
    prepare?: (page: Page) => Promise<void>,
  ): Promise<Page> {
    const opened = await open(browser, url, theme, prepare);
    this.#opened.push(opened);
    return opened.page;
  }

  /** Errors of the pages open now. */
  get problems(): string[] {
    return this.#opened.flatMap(({ problems }) => problems);
  }

  async close(): Promise<void> {
    for (const { page } of this.#opened.splice(0)) await page.context().close();
  }
}

export async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}

/** The plot of the strip: right of the names. */
export async function plotOf(page: Page) {
  await strip(page).waitFor();
  const box = await strip(page).locator('canvas').first().boundingBox();
  if (!box) throw new Error('the strip is not drawn');
  return box;
}

/** Names of the services in sight, top to bottom. */
export async function services(page: Page): Promise<string[]> {
  await strip(page).waitFor();
  return strip(page)
    .getByRole('button')
    .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('title') ?? ''));
}

/** What a canvas on top of the strips shows, to tell that it changed. */
export function pixels(strips: Locator): Promise<string> {
  return strips
    .locator('canvas')
    .nth(1)
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

/** Brightness of the page's background in [0, 1]. */
export async function brightness(page: Page): Promise<number> {
  const color = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [r, g, b] = (color.match(/\d+/g) ?? []).map(Number);
  return (r * 0.2126 + g * 0.7152 + b * 0.0722) / 255;
}
