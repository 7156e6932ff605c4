/** How long the panel takes to draw anew with 100,000 windows in sight, from the change to the painted canvas. */
import type { Page } from 'playwright-core';

/** Times in ms, one per change of the page's width: React, layout and painting. Only the page's first panel is there. */
export async function redraws(page: Page, rounds: number): Promise<number[]> {
  return page.evaluate(async (count) => {
    const main = document.querySelector('main');
    if (!main) throw new Error('the view is not there');
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      const started = performance.now();
      times.push(
        await new Promise<number>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error('nothing was painted')), 5000);
          const observer = new PerformanceObserver((list) => {
            if (list.getEntriesByName('seismograph-paint').length === 0) return;
            observer.disconnect();
            clearTimeout(timer);
            resolve(performance.now() - started);
          });
          observer.observe({ type: 'measure' });
          main.style.maxWidth = `${1000 + (i % 2) * 100}px`;
        }),
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return times;
  }, rounds);
}
