/** A real Chromium, and pages that fail the test when something in them goes wrong unseen. */
import fs from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const EXECUTABLE = process.env['SEISMO_CHROMIUM'] ?? '/usr/bin/chromium';
export const NO_CHROMIUM = 'Chromium is not installed (apt-get install chromium, or set SEISMO_CHROMIUM to its path)';

export const hasChromium = fs.existsSync(EXECUTABLE);

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
}

export interface Opened {
  readonly page: Page;
  /** Errors the page raised, and failed loads of its own files. */
  readonly problems: string[];
}

/** @param prepare is called with the page before it loads */
export async function open(
  browser: Browser,
  url: string,
  theme: 'dark' | 'light' = 'dark',
  prepare: (page: Page) => Promise<void> = async () => undefined,
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 900 },
    timezoneId: 'UTC',
    colorScheme: theme,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 400 && !/^\/(api|health)/.test(pathname))
      problems.push(`${response.status()} ${pathname}`);
  });
  page.on('console', (message) => {
    // Failed loads are told by their response above, with the address. A library of Grafana's packages asks
    // Function('return this') for the global object; the policy says no, and it does without.
    const known = /^Failed to load resource|'script-src'/.test(message.text());
    if (message.type() === 'error' && !known) problems.push(message.text());
  });
  await prepare(page);
  await page.goto(url);
  return { page, problems };
}
