// From opening an account to its first lines: one with a hundred things in its timeline beside one with a
// hundred thousand, in turns. `ageing keep` makes both (backend/src/bin/ageing/timelines.rs).
import type { Page } from '@playwright/test';
import { ask } from '../support/books.ts';
import { expect, signedIn, test } from '../support/fixtures.ts';
import { median, table } from './measure.ts';

const books = process.env.PERENNIAL_TIMELINES;
// The owner, and the day of the newest item.
const ana = { email: 'ana@ageing.example', password: 'as old as the books' };
const names = ['Young', 'Old'] as const;
const runs = 11;
/** The most that the long timeline may take, beside the short one. */
const limit = 1.3;

test.use({ serverOptions: { clock: '2026-01-20T09:00:00Z', books } });
test.skip(!books, 'scripts/bench.sh makes the books');

// Runs in the page before any script of it: when the first line of a timeline is drawn.
function watch(): void {
  const seen = { readable: 0 };
  Object.assign(window, { seen });
  const watching = new MutationObserver(() => {
    if (!document.querySelector('.tl-items li')) return;
    watching.disconnect();
    // It is there; after the next frame it is seen.
    requestAnimationFrame(() => setTimeout(() => (seen.readable = performance.now())));
  });
  watching.observe(document, { childList: true, subtree: true });
}

async function readable(page: Page, address: string): Promise<number> {
  await page.goto(address);
  const seen = await page.waitForFunction(
    () => (window as unknown as { seen: { readable: number } }).seen.readable,
    undefined,
    { timeout: 60_000, polling: 20 },
  );
  return seen.jsonValue();
}

test('opening a long timeline', async ({ page, server }) => {
  const { items } = await ask({ ...server, signIn: ana }, 'GET', '/accounts?limit=200');
  const account = (name: string) => `/accounts/${items.find((one: { name: string }) => one.name === name).id}`;
  await signedIn(page, server, ana);
  await page.addInitScript(watch);

  const ratios: number[] = [];
  const rows: string[][] = [];
  for (const [words, rest] of [
    ['page of the account', ''],
    ['whole timeline', '/timeline'],
  ] as const) {
    const found: Record<string, number[]> = { Young: [], Old: [] };
    // The first visit fetches the code; then in turns, and not always the same one first.
    for (let run = -1; run < runs; run += 1) {
      for (const name of run % 2 === 0 ? names : [...names].reverse()) {
        const took = await readable(page, account(name) + rest);
        if (run >= 0) found[name]?.push(took);
      }
    }
    const [young, old] = names.map((name) => median(found[name] ?? [])) as [number, number];
    ratios.push(old / young);
    rows.push([words, `${young.toFixed(0)} ms`, `${old.toFixed(0)} ms`, (old / young).toFixed(2), limit.toFixed(2)]);
  }
  table(`First lines of a timeline, median of ${runs}`, ['', '100 items', '100,000 items', 'ratio', 'limit'], rows);
  expect(Math.max(...ratios)).toBeLessThanOrEqual(limit);
});
