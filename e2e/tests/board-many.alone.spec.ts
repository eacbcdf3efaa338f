// A board of 2,000 cards in the build that people get: how soon it answers a press is reported.
import { request as requests, type Page } from '@playwright/test';
import { expect, signedIn, test } from '../support/fixtures.ts';
import { bearer, board, makeWork, northwind } from '../support/work.ts';

const cards = 2_000;
const atOnce = 8;
const limitMs = 100;
const rounds = 3;
/** Presses of at least one frame, of about a hundred, that are the least to judge by. */
const pressesMin = 20;
const columns = ['intake', 'agreed', 'in_progress', 'in_review', 'delivered'];
const names = ['Intake', 'Agreed', 'In progress', 'In review', 'Delivered'];
const retainer = `Board of ${cards}`;

const more = {
  name: `board-${cards}`,
  async fill(url: string): Promise<void> {
    const api = await requests.newContext();
    const work = await northwind(api, url, retainer);
    const headers = await bearer(api, url);
    const contacts = await api.get(`${url}/api/v1/accounts/${work.account}/contacts`, { headers });
    const decision = { kind: 'contact', id: (await contacts.json()).items[0].id };
    const members = await api.get(`${url}/api/v1/members`, { headers });
    const execution = { kind: 'member', id: (await members.json()).items[0].id };
    const one = (n: number) => ({
      title: `Piece of work number ${n}, with a title of some length`,
      column: columns[n % columns.length],
      details: { goal: 'Measure', estimate: 30 + (n % 8) * 30, frequency: 'recurring' },
      seats: { decision, execution },
    });
    for (let n = 0; n < cards; n += atOnce) {
      await Promise.all(Array.from({ length: atOnce }, (_, k) => makeWork(api, work, one(n + k))));
    }
    await api.dispose();
  },
};

test.use({ serverOptions: { demo: true, clock: '2026-11-22T09:55:00Z', more } });

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
  const found = sorted[Math.floor(sorted.length * 0.95)];
  if (found === undefined) throw new Error('nothing was measured');
  return found;
}

interface Taken {
  id: string;
  /** Where a pointer takes it. */
  x: number;
  y: number;
}

/** The card of a column that is nearest to the middle of what is seen. */
async function inSight(page: Page, column: number): Promise<Taken> {
  const taken = await page.evaluate((column) => {
    const box = (selector: string) => document.querySelector(selector)!.getBoundingClientRect();
    const [frame, canvas] = [box('.board-scroll'), box('.board-canvas')];
    const x = canvas.left + (canvas.width * (column + 0.5)) / 5;
    const middle = frame.top + frame.height / 2;
    const off = (card: DOMRect) => Math.abs(card.top + card.height / 2 - middle);
    const [first] = [...document.querySelectorAll<HTMLElement>('.card-item')]
      .map((card) => ({ id: card.dataset.card ?? '', card: card.getBoundingClientRect() }))
      .filter(({ card }) => card.left < x && x < card.right)
      .sort((one, other) => off(one.card) - off(other.card));
    return first && { id: first.id, x, y: first.card.top + 50 };
  }, column);
  if (!taken) throw new Error(`no card is drawn in ${columns[column]}`);
  return taken;
}

/** Waits until a move of a card was answered, and it stands in its column: the place it then has there. */
async function landed(page: Page, id: string, column: number, letGo: () => Promise<void>): Promise<number> {
  const answered = page.waitForResponse(
    (one) => one.request().method() === 'PUT' && one.url().endsWith(`/work-items/${id}/place`),
    { timeout: 5_000 },
  );
  const [answer] = await Promise.all([answered, letGo()]);
  expect(answer.status(), `a move into ${columns[column]}`).toBe(200);
  expect((await answer.json()).column).toBe(columns[column]);
  return place(page, `#card-${id}`, column);
}

/** The place that a card is told to have in a column, from 1. */
async function place(page: Page, card: string, column: number): Promise<number> {
  const told = new RegExp(`, ${names[column]}, (\\d+) of \\d+$`);
  await expect(page.locator(card)).toHaveAttribute('aria-label', told);
  return Number(told.exec((await page.locator(card).getAttribute('aria-label')) ?? '')?.[1]);
}

/** Presses a key so many times, as soon as what it did before was drawn. */
async function press(page: Page, key: string, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await page.keyboard.press(key);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  }
}

/** Scrolls, drags, drops and moves by keyboard, as a person would who is in a hurry; each move lands. */
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
  let scrolled = 0;
  const moved = async () => {
    const before = scrolled;
    scrolled = await scroller.evaluate((element) => element.scrollTop);
    return scrolled - before;
  };
  await expect.poll(moved, { intervals: [100] }).toBe(0);
  expect(scrolled).toBeGreaterThan(10_000);
  await expect(page.locator('.card-item').first()).toBeVisible();

  // Across the board, to and fro; each drop is answered by the server.
  const [agreed, inProgress, inReview] = [1, 2, 3];
  for (const [from, to] of [
    [0, agreed],
    [agreed, inProgress],
    [inProgress, agreed],
    [0, agreed],
    [agreed, inProgress],
    [inProgress, agreed],
  ] as const) {
    const [card, target] = [await inSight(page, from), await inSight(page, to)];
    await page.mouse.move(card.x, card.y);
    await page.mouse.down();
    for (let step = 1; step <= 20; step += 1) {
      const along = (a: number, b: number) => a + ((b - a) * step) / 20;
      await page.mouse.move(along(card.x, target.x), along(card.y, target.y) + Math.sin((step / 20) * Math.PI) * 80);
    }
    await landed(page, card.id, to, () => page.mouse.up());
  }

  // By keyboard, out of what was drawn: from card to card, then with one in the hand.
  const steps = 16;
  const first = await inSight(page, inReview);
  await page.locator(`#card-${first.id}`).focus();
  const began = await place(page, '.card-title:focus', inReview);
  await press(page, 'ArrowDown', steps);
  await expect.poll(() => place(page, '.card-title:focus', inReview)).toBe(began + steps);
  await expect(page.locator(`#card-${first.id}`), 'no more drawn').toHaveCount(0);
  const id = (await page.locator('.card-title:focus').getAttribute('id'))?.slice('card-'.length) ?? '';
  await press(page, ' ', 1);
  await press(page, 'ArrowDown', steps);
  const told = `${names[inReview]}, Unprioritised, ${began + 2 * steps} of `;
  await expect(page.locator('[aria-live=assertive]')).toContainText(told);
  expect(await landed(page, id, inReview, () => page.keyboard.press(' '))).toBe(began + 2 * steps);
  await expect(page.locator(`#card-${id}`)).toBeFocused();
  await press(page, 'ArrowUp', 1);
  await expect.poll(() => place(page, '.card-title:focus', inReview)).toBe(began + 2 * steps - 1);
  return page.evaluate(() => window.measured);
}

test('2,000 cards are scrolled, dragged and moved by keyboard without a wait', async ({ page, request, server }) => {
  test.setTimeout(240_000);
  await signedIn(page, server);
  const headers = await bearer(request, server.url);
  const found = await request.get(`${server.url}/api/v1/retainers?q=${retainer}`, { headers });
  const [{ id, account_id: account }] = (await found.json()).items;
  await page.goto(board({ url: server.url, account, retainer: id }));
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
    const told =
      `${cards} cards, ${drawn} drawn: interaction p95 ${Math.round(event)} ms (${events.length} presses), ` +
      `frames p95 ${Math.round(frame)} ms (${frames.length}), worst ${Math.round(worst)} ms`;
    console.log(told);
    await test.info().attach(`round ${round}`, { body: told, contentType: 'text/plain' });
    expect(events.length, 'presses that were measured').toBeGreaterThan(pressesMin);
    expect(frames.length).toBeGreaterThan(60);
    within.push(event < limitMs && frame < limitMs);
  }
  expect(within, `within ${limitMs} ms`).toContain(true);
});
