// A board of 2,000 cards in the build that people get: how soon it answers a press is reported.
import type { APIRequestContext, Page } from '@playwright/test';
import { expect, signedIn, test } from '../support/fixtures.ts';
import { bearer, board, makeWork, northwind, type Work } from '../support/work.ts';

test.use({ serverOptions: { demo: true, clock: '2026-11-22T09:55:00Z' } });

const cards = 2_000;
const atOnce = 8;
const limitMs = 100;
const rounds = 3;

async function fill(request: APIRequestContext, work: Work): Promise<void> {
  const headers = await bearer(request, work.url);
  const contacts = await request.get(`${work.url}/api/v1/accounts/${work.account}/contacts`, { headers });
  const decision = { kind: 'contact', id: (await contacts.json()).items[0].id };
  const members = await request.get(`${work.url}/api/v1/members`, { headers });
  const execution = { kind: 'member', id: (await members.json()).items[0].id };
  const columns = ['intake', 'agreed', 'in_progress', 'in_review', 'delivered'];
  const one = (n: number) => ({
    title: `Piece of work number ${n}, with a title of some length`,
    column: columns[n % columns.length],
    details: { goal: 'Measure', estimate: 30 + (n % 8) * 30, frequency: 'recurring' },
    seats: { decision, execution },
  });
  for (let n = 0; n < cards; n += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, (_, k) => makeWork(request, work, one(n + k))));
  }
}

interface Measured {
  /** From a press of a key or a button to the frame that shows what it did, in ms. */
  events: number[];
  /** From one frame to the next, in ms. */
  frames: number[];
}

declare global {
  interface Window {
    measured: Measured;
  }
}

async function measure(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.measured = { events: [], frames: [] };
    // What a person does; that the pointer came over something is no interaction, and how smoothly
    // a scroll or a drag goes is told by the frames.
    const done = ['pointerdown', 'pointerup', 'click', 'keydown', 'keyup'];
    const note = (list: PerformanceObserverEntryList) => {
      const own = list.getEntries().filter(({ name }) => done.includes(name));
      window.measured.events.push(...own.map(({ duration }) => duration));
    };
    new PerformanceObserver(note).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    let last = performance.now();
    const frame = (now: number) => {
      window.measured.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}

function p95(all: number[]): number {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.95)] ?? 0;
}

/** Scrolls, drags, drops and moves by keyboard, as a person would who is in a hurry. */
async function hurry(page: Page): Promise<Measured> {
  await measure(page);
  const scroller = page.locator('.board-scroll');
  const box = await scroller.boundingBox();
  if (!box) throw new Error('the board is not drawn');
  await page.mouse.move(box.x + box.width / 2, box.y + 300);
  for (let n = 0; n < 40; n += 1) {
    await page.mouse.wheel(0, 900);
    await page.waitForTimeout(16);
  }
  const scrolled = await scroller.evaluate((element) => element.scrollTop);
  expect(scrolled).toBeGreaterThan(10_000);
  await expect(page.locator('.card-item').first()).toBeVisible();

  // Drags across the board, to and fro, and drops; each drop is answered by the server.
  for (let n = 0; n < 6; n += 1) {
    const first = await page.locator('.card-item:visible').nth(10).boundingBox();
    if (!first) continue;
    const x = box.x + box.width * 0.3;
    await page.mouse.move(first.x + 40, first.y + 50);
    await page.mouse.down();
    for (let step = 0; step < 20; step += 1) {
      await page.mouse.move(x + step * 8, box.y + 200 + step * 12);
    }
    await page.mouse.up();
    await page.waitForTimeout(100);
  }
  await page.locator('.card-title:visible').nth(12).focus();
  for (const key of ['ArrowDown', 'ArrowDown', ' ', 'ArrowUp', 'ArrowUp', ' ', 'ArrowUp']) {
    await page.keyboard.press(key);
    await page.waitForTimeout(30);
  }
  await page.waitForTimeout(300);
  return page.evaluate(() => window.measured);
}

test('2,000 cards are scrolled, dragged and moved by keyboard without a wait', async ({ page, request, server }) => {
  test.setTimeout(240_000);
  await signedIn(page, server);
  const work = await northwind(request, server.url);
  await fill(request, work);
  await page.goto(board(work));
  await expect(page.locator('.board-count').first()).toHaveText('400');
  const drawn = await page.locator('.card-item').count();
  expect(drawn).toBeGreaterThan(10);
  expect(drawn, 'only what is seen is drawn').toBeLessThan(120);

  // Another program may take the machine for a moment, but not three times.
  const within: boolean[] = [];
  for (let round = 1; round <= rounds && !within.includes(true); round += 1) {
    if (round > 1) await page.reload();
    await expect(page.locator('.card-item').first()).toBeVisible();
    const { events, frames } = await hurry(page);
    const [event, frame] = [p95(events), p95(frames)];
    const worst = Math.max(...events, ...frames);
    console.log(
      `${cards} cards, ${drawn} drawn: interaction p95 ${Math.round(event)} ms (${events.length} presses), ` +
        `frames p95 ${Math.round(frame)} ms (${frames.length}), worst ${Math.round(worst)} ms`,
    );
    expect(frames.length).toBeGreaterThan(60);
    within.push(event < limitMs && frame < limitMs);
  }
  expect(within, `within ${limitMs} ms`).toContain(true);
});
