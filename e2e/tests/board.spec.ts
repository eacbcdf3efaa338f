// The scope board: work moved by pointer, keyboard and dialog, seen live by others, and the card
// with its seats, inputs, checks and verdict.
import type { APIRequestContext, Locator, Page } from '@playwright/test';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';
import { bearer, board, makeWork, northwind, type Work } from '../support/work.ts';

test.use({ serverOptions: { demo: true, clock: '2026-11-22T09:50:00Z' } });
// A refused move is an error to the browser, and here it is wanted.
test.use({
  expectedErrors: [/401 \(Unauthorized\)|409 \(Conflict\)|412 \(Precondition Failed\)/],
});

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

/** A retainer of its own for each test, so that none sees the cards of another. */
async function opened(page: Page, request: APIRequestContext, server: { url: string }): Promise<Work> {
  const work = await northwind(request, server.url);
  await page.goto(board(work));
  await expect(page.getByRole('heading', { level: 1 })).toContainText('board');
  return work;
}

function card(page: Page, title: string) {
  return page.locator('.card-item').filter({ hasText: title });
}

async function column(page: Page, title: string): Promise<string> {
  return (await page.locator('.card-title', { hasText: title }).getAttribute('aria-label')) ?? '';
}

async function drag(page: Page, from: string, to: { x: number; y: number }): Promise<void> {
  const box = await card(page, from).boundingBox();
  if (!box) throw new Error(`${from} is not drawn`);
  await page.mouse.move(box.x + box.width / 2, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 12, box.y + 60, { steps: 3 });
  await page.mouse.move(to.x, to.y, { steps: 6 });
}

/** Holds a card with a finger, and carries it. */
async function carry(page: Page, title: string, to: { x: number; y: number }): Promise<void> {
  const box = await card(page, title).boundingBox();
  if (!box) throw new Error(`${title} is not drawn`);
  const from = { x: box.x + box.width / 2, y: box.y + 50 };
  const fingers = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: { x: number; y: number }) =>
    fingers.send('Input.dispatchTouchEvent', { type, touchPoints: at ? [at] : [] });
  await touch('touchStart', from);
  // Held for a moment, the card is taken up; before that a finger scrolls.
  await expect(card(page, title)).toHaveClass(/is-lifted/);
  await touch('touchMove', { x: from.x + 20, y: from.y + 10 });
  await touch('touchMove', to);
  await expect(page.locator('.board-line')).toBeVisible();
  await touch('touchEnd');
}

test('a board without a card is scrolled by keys where it is wider than the page', async ({ page, request, server }) => {
  await page.setViewportSize({ width: 700, height: 800 });
  await opened(page, request, server);
  await expect(page.locator('.board-scroll')).toBeVisible();
  await expectAccessible(page);
});

test('a card is dragged into Agreed, the meter tells what it will do, and it stays there', async ({
  page,
  request,
  server,
}) => {
  const work = await opened(page, request, server);
  await makeWork(request, work, { title: 'Pricing page', details: { estimate: 180 } });
  await expect(card(page, 'Pricing page')).toBeVisible();
  const forecast = page.getByRole('region', { name: 'Allowance and forecast' });
  await expect(forecast).toContainText(/0\sh to come/);
  const heads = await page.locator('.board-head').nth(1).boundingBox();
  const own = await card(page, 'Pricing page').boundingBox();
  await drag(page, 'Pricing page', { x: heads!.x + 60, y: own!.y + 40 });
  await expect(page.locator('.board-line')).toBeVisible();
  await expect(forecast).toContainText(/3\sh to come/);
  await page.mouse.up();
  await expect.poll(() => column(page, 'Pricing page')).toBe('Pricing page, Agreed, 1 of 1');
  await expect(page.locator('[aria-live=assertive]')).toContainText('Pricing page moved to Agreed, 1 of 1');
  await page.reload();
  await expect.poll(() => column(page, 'Pricing page')).toBe('Pricing page, Agreed, 1 of 1');
  await expect(page).not.toHaveURL(/card=/);

  // By a finger too.
  await makeWork(request, work, { title: 'Newsletter' });
  await expect(card(page, 'Newsletter')).toBeVisible();
  await carry(page, 'Newsletter', { x: heads!.x + 60, y: own!.y + 400 });
  await expect.poll(() => column(page, 'Newsletter')).toBe('Newsletter, Agreed, 2 of 2');
  // To its retainer, and back.
  await page.locator('.board-links').getByRole('link').last().click();
  await page.locator('.page-actions').getByRole('link', { name: 'Board' }).click();
  await expect(card(page, 'Newsletter')).toBeVisible();
});

test('s0_16 a refused move takes the card back, names what is missing and opens it', async ({
  page,
  request,
  server,
}) => {
  const work = await opened(page, request, server);
  await makeWork(request, work, { title: 'Landing page' });
  await page.locator('.card-title', { hasText: 'Landing page' }).focus();
  for (const key of [' ', 'ArrowRight', 'ArrowRight', ' ']) await page.keyboard.press(key);
  const toast = page.locator('.toast-item').filter({ hasText: 'Landing page was not moved' });
  await expect(toast).toContainText('Missing: Goal, Decision and Execution.');
  await expect(toast.getByRole('button', { name: 'Retry' })).toBeVisible();
  await expect(page).toHaveURL(/card=/);
  // Nothing lies over the words that say why; each thing that is missing has a way to give it.
  const missing = page.getByRole('region', { name: 'Before it may be in progress' });
  await expect(missing.getByRole('listitem')).toHaveCount(3);
  await expect(page.locator('[aria-live=assertive]')).toContainText('Landing page was not moved');
  await expect(page.getByRole('dialog')).toBeHidden();
  await missing.getByRole('listitem').filter({ hasText: 'Goal' }).getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('dialog', { name: 'Edit' }).getByLabel('Goal')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect.poll(() => column(page, 'Landing page')).toBe('Landing page, Intake, 1 of 1');
  await expectAccessible(page);
  // Moved elsewhere, the words of the refusal go.
  await page.locator('.card-title', { hasText: 'Landing page' }).focus();
  for (const key of [' ', 'ArrowRight', ' ']) await page.keyboard.press(key);
  await expect.poll(() => column(page, 'Landing page')).toBe('Landing page, Agreed, 1 of 1');
  await expect(toast).toBeHidden({ timeout: 1_000 });

  // With its goal and its seats it is let in.
  await page.locator('.card-title', { hasText: 'Landing page' }).click();
  const pane = page.getByRole('complementary', { name: /Landing page/ });
  await pane.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('dialog', { name: 'Edit' }).getByLabel('Goal').fill('Readers book a call');
  await page.keyboard.press('Control+Enter');
  await pane.getByRole('region', { name: 'Seats' }).getByRole('button').click();
  const seats = page.getByRole('dialog', { name: 'Seats' });
  await seats.getByLabel('Decision').selectOption({ label: 'Mia Berg (Northwind Robotics)' });
  await seats.getByLabel('Execution').selectOption({ label: 'Priya Nair' });
  await seats.getByRole('button', { name: 'Save' }).click();
  await expect(seats).toBeHidden();
  await page.keyboard.press('Escape');
  await page.locator('.card-title', { hasText: 'Landing page' }).focus();
  for (const key of [' ', 'ArrowRight', ' ']) await page.keyboard.press(key);
  await expect.poll(() => column(page, 'Landing page')).toBe('Landing page, In progress, 1 of 1');
  await page.reload();
  await expect.poll(() => column(page, 'Landing page')).toBe('Landing page, In progress, 1 of 1');
});

test.describe('a line that breaks', () => {
  test.use({ expectedErrors: [/401|409|ERR_CONNECTION_FAILED/] });

  test('a move without an answer is sent again, and one that is refused names each input', async ({
    page,
    request,
    server,
  }) => {
    const work = await opened(page, request, server);
    await makeWork(request, work, {
      title: 'Landing page',
      inputs: [
        { name: 'Photos', required: true },
        { name: 'Price list', required: true },
      ],
    });
    let failed = 0;
    await page.route('**/work-items/*/place', (route) =>
      failed++ === 0 ? route.abort('connectionfailed') : route.fallback(),
    );
    await page.locator('.card-title', { hasText: 'Landing page' }).focus();
    for (const key of [' ', 'ArrowRight', ' ']) await page.keyboard.press(key);
    const retrying = page.locator('.toast-item').filter({ hasText: 'not saved, retrying' });
    await expect(retrying).toBeVisible();
    await expect.poll(() => failed).toBe(2);
    // Saved, it is not retried any more, and nothing says so.
    await expect(retrying).toBeHidden({ timeout: 2_000 });
    await expect.poll(() => column(page, 'Landing page')).toBe('Landing page, Agreed, 1 of 1');
    await page.reload();
    await expect.poll(() => column(page, 'Landing page')).toBe('Landing page, Agreed, 1 of 1');
    await page.locator('.card-title', { hasText: 'Landing page' }).focus();
    for (const key of [' ', 'ArrowRight', ' ']) await page.keyboard.press(key);
    const toast = page.locator('.toast-item').filter({ hasText: 'Landing page was not moved' });
    await expect(toast).toContainText('Photos and Price list');
  });
});

test('by keyboard a card is moved and returned, and M asks where to', async ({ page, request, server }) => {
  const work = await opened(page, request, server);
  for (const title of ['One', 'Two', 'Three']) await makeWork(request, work, { title });
  await expect(card(page, 'Three')).toBeVisible();
  const live = page.locator('[aria-live=assertive]');
  await page.locator('.card-title', { hasText: 'One' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('.card-title', { hasText: 'Two' })).toBeFocused();
  await page.keyboard.press(' ');
  await page.keyboard.press('ArrowUp');
  await expect(live).toContainText('Intake, Unprioritised, 1 of 3');
  await page.keyboard.press('Escape');
  await expect(live).toContainText('Two stays where it was');
  await page.keyboard.press(' ');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press(' ');
  await expect.poll(() => column(page, 'Two')).toBe('Two, Intake, 1 of 3');
  await expect(page.locator('.card-title', { hasText: 'Two' })).toBeFocused();

  await page.keyboard.press('m');
  const dialog = page.getByRole('dialog', { name: 'Move Two' });
  await expect(dialog.getByLabel('Priority').locator('option:checked')).toHaveText('Unprioritised');
  await dialog.getByLabel('Column').selectOption({ label: 'Agreed' });
  await dialog.getByRole('button', { name: 'Move', exact: true }).click();
  await expect.poll(() => column(page, 'Two')).toBe('Two, Agreed, 1 of 1');
  // Back to the intake it goes with a reason.
  await page.locator('.card-title', { hasText: 'Two' }).focus();
  for (const key of [' ', 'ArrowLeft', ' ']) await page.keyboard.press(key);
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Move', exact: true }).click();
  await expect(dialog.getByText('This is needed.')).toBeVisible();
  await dialog.getByLabel('Why does it go back?').fill('The brief has changed');
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => column(page, 'Two')).toMatch(/^Two, Intake/);

  // However far it is carried, beyond what is drawn, a card stays in the hand.
  await makeWork(request, work, { title: 'Carried', column: 'agreed' });
  const more = (n: number) => makeWork(request, work, { title: `More ${n}`, column: 'agreed' });
  for (let n = 0; n < 24; n += 8) await Promise.all(Array.from({ length: 8 }, (_, k) => more(n + k)));
  await expect.poll(() => column(page, 'Carried')).toBe('Carried, Agreed, 1 of 25');
  const carried = page.locator('.card-title', { hasText: 'Carried' });
  const down = async (steps: number) => {
    for (let n = 0; n < steps; n += 1) await page.keyboard.press('ArrowDown');
  };
  await carried.focus();
  await page.keyboard.press(' ');
  await down(20);
  await expect(live).toContainText('Agreed, Unprioritised, 21 of 25');
  await page.keyboard.press('Escape');
  await expect(live).toContainText('Carried stays where it was');
  await expect(carried).toBeFocused();
  // Its keys are heard where the focus is lost too.
  await page.keyboard.press(' ');
  await down(10);
  await carried.evaluate((card) => card.blur());
  await down(10);
  await expect(live).toContainText('Agreed, Unprioritised, 21 of 25');
  const put = page.waitForResponse((one) => one.request().method() === 'PUT' && one.url().endsWith('/place'));
  await page.keyboard.press(' ');
  expect((await put).status()).toBe(200);
  await expect.poll(() => column(page, 'Carried')).toBe('Carried, Agreed, 21 of 25');
  await expect(carried).toBeFocused();
});

test('two people see each other move within a second, and a stale move is told', async ({
  page,
  browser,
  request,
  server,
}) => {
  const work = await opened(page, request, server);
  const item = await makeWork(request, work, { title: 'Newsletter' });
  const other = await browser.newPage({ baseURL: server.url });
  await signedIn(other, server);
  await other.goto(board(work));
  await expect(card(other, 'Newsletter')).toBeVisible();
  await other.locator('.card-title', { hasText: 'Newsletter' }).focus();
  for (const key of [' ', 'ArrowRight', ' ']) await other.keyboard.press(key);
  await expect.poll(() => column(other, 'Newsletter')).toMatch(/Agreed/);
  const began = Date.now();
  await expect.poll(() => column(page, 'Newsletter'), { intervals: [20] }).toMatch(/Agreed/);
  const took = Date.now() - began;
  console.log(`a move was seen by another after ${took} ms`);
  expect(took).toBeLessThan(1_000);

  // While nobody hears anything, both move it: the second is told, and nothing is lost.
  await page.route('**/work-items/*/place', async (route) => {
    await makePlace(request, work, item.id, 'intake');
    await route.continue();
  });
  await page.locator('.card-title', { hasText: 'Newsletter' }).focus();
  await page.keyboard.press('m');
  const dialog = page.getByRole('dialog', { name: 'Move Newsletter' });
  await dialog.getByLabel('Column').selectOption({ label: 'Intake' });
  await dialog.getByLabel('Why does it go back?').fill('Not now');
  await dialog.getByRole('button', { name: 'Move', exact: true }).click();
  await expect(page.locator('.toast-item')).toContainText('Somebody else changed it first.');
  await other.close();
});

async function makePlace(request: APIRequestContext, work: Work, id: string, column: string): Promise<void> {
  const headers = await bearer(request, work.url);
  const item = await (await request.get(`${work.url}/api/v1/work-items/${id}`, { headers })).json();
  const place = await request.put(`${work.url}/api/v1/work-items/${id}/place`, {
    headers: { ...headers, 'If-Match': `"${item.version}"` },
    data: { column, reason: 'By another' },
  });
  expect(place.ok()).toBe(true);
}

/** What is in its way, and for whom it waits: each begun and ended. */
async function stuck(page: Page, pane: Locator): Promise<void> {
  const blockers = pane.getByRole('region', { name: 'Blockers' });
  await blockers.getByRole('button', { name: 'Add blocker' }).click();
  const blocker = page.getByRole('dialog', { name: 'Add blocker' });
  await blocker.getByRole('button', { name: 'Add blocker' }).click();
  await expect(blocker.getByText('This is needed.')).toBeVisible();
  await blocker.getByLabel('What kind').selectOption({ label: 'Access' });
  await blocker.getByLabel('Who clears it').selectOption({ label: 'Mia Berg (Northwind Robotics)' });
  await blocker.getByLabel('Note').fill('No login');
  await page.keyboard.press('Control+Enter');
  await expect(blockers.getByRole('listitem')).toContainText(/Access, Mia Berg, .*No login/);
  await expect(card(page, 'Case study').locator('.card-mark')).toHaveText('Blocked');
  await blockers.getByRole('button', { name: 'Clear' }).click();
  await expect(blockers.getByRole('button', { name: 'Clear' })).toBeHidden();

  const waiting = pane.getByRole('region', { name: 'Waiting for the client' });
  await waiting.getByRole('button', { name: 'Start the clock' }).click();
  await page.getByRole('dialog', { name: 'Waiting for the client' }).getByLabel('For whom or what').fill('Photos');
  await page.keyboard.press('Control+Enter');
  await expect(waiting).toContainText('Waits for Photos.');
  // The clock is whole on the card: its mark is what makes room.
  const clock = card(page, 'Case study').locator('.card-wait');
  await expect(clock).toContainText('0 min');
  const cut = await clock.evaluate((one) => {
    const [own, foot] = [one.getBoundingClientRect(), one.closest('.card-foot')!.getBoundingClientRect()];
    return own.right > foot.right || one.closest('.card-mark')!.scrollWidth > one.closest('.card-mark')!.clientWidth;
  });
  expect(cut).toBe(false);
  await waiting.getByRole('button', { name: 'Stop the clock' }).click();
  await expect(clock).toBeHidden();
}

/** Asks to hand it on. */
async function offer(page: Page, pane: Locator): Promise<Locator> {
  await pane.getByRole('region', { name: 'Handoffs' }).getByRole('button', { name: 'Hand over' }).click();
  const handoff = page.getByRole('dialog', { name: 'Hand over' });
  await handoff.getByLabel('To', { exact: true }).selectOption({ label: 'Sales' });
  await handoff.getByLabel('Who gives').selectOption({ label: 'Priya Nair' });
  await handoff.getByLabel('Who receives').selectOption({ label: 'Mia Berg (Northwind Robotics)' });
  await handoff.getByRole('button', { name: 'Hand over' }).click();
  return handoff;
}

/** Hands it on, now that its level lets it go, and takes it. */
async function handed(page: Page, pane: Locator): Promise<void> {
  const handoffs = pane.getByRole('region', { name: 'Handoffs' });
  await offer(page, pane);
  await expect(handoffs.getByRole('listitem')).toContainText('Marketing to Sales, Priya Nair to Mia Berg');
  // Mia cannot sign in: by what it is known that she accepted.
  await handoffs.getByRole('button', { name: 'Accept' }).click();
  const accept = page.getByRole('dialog', { name: 'Accept' });
  await accept.getByRole('button', { name: 'Accept' }).click();
  await expect(accept.getByText('This is needed.').first()).toBeVisible();
  await accept.getByLabel('Evidence').fill('Mail of 20 November');
  await accept.getByRole('button', { name: 'Accept' }).click();
  await expect(handoffs.getByRole('button', { name: 'Accept' })).toBeHidden();
  await expect(handoffs.getByRole('listitem')).toContainText(/accepted 22 Nov.*noted by Ana Ruiz/);
}

test('a card gets its seats and inputs, is checked, decided, delivered and judged', async ({
  page,
  request,
  server,
}) => {
  const work = await opened(page, request, server);
  await makeWork(request, work, { title: 'Case study' });
  await page.locator('.card-title', { hasText: 'Case study' }).click();
  const pane = page.getByRole('complementary', { name: /Case study/ });
  await expect(pane.getByRole('heading', { level: 2 })).toBeFocused();
  const missing = pane.getByRole('region', { name: 'Before it may be in progress' });
  await expect(missing.getByRole('listitem')).toHaveCount(3);

  await pane.getByRole('button', { name: 'Edit' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit' });
  await edit.getByLabel('Goal').fill('Show what we did');
  await edit.getByLabel('Estimate').fill('3:00');
  await page.keyboard.press('Control+Enter');
  await expect(edit).toBeHidden();
  await expect(missing.getByRole('listitem')).toHaveCount(2);

  await pane.getByRole('region', { name: 'Seats' }).getByRole('button').click();
  const seats = page.getByRole('dialog', { name: 'Seats' });
  await seats.getByLabel('Decision').selectOption({ label: 'Mia Berg (Northwind Robotics)' });
  await seats.getByLabel('Execution').selectOption({ label: 'Priya Nair' });
  await seats.getByLabel('Review').selectOption({ label: 'Ana Ruiz' });
  await seats.getByRole('group', { name: 'Contributors' }).getByLabel('Lena Vogt').check();
  await expectAccessible(page);
  await seats.getByRole('button', { name: 'Save' }).click();
  await expect(missing).toBeHidden();
  await expect(pane.getByRole('region', { name: 'Seats' })).toContainText('Contributors');
  await expect(pane.getByRole('region', { name: 'Seats' })).toContainText('Lena Vogt');
  await stuck(page, pane);

  await pane.getByRole('region', { name: 'Inputs' }).getByRole('button').click();
  const inputs = page.getByRole('dialog', { name: 'Inputs' });
  await inputs.getByLabel('What', { exact: true }).fill('Photos');
  await page.keyboard.press('Control+Enter');
  await expect(missing).toContainText('Photos');
  await missing.getByRole('button', { name: 'Add' }).click();
  await inputs.getByLabel('Text or link').fill('https://photos.example/case');
  await expect(inputs.getByLabel('Why it is not required any more')).toBeHidden();
  await inputs.getByLabel(/^Required/).uncheck();
  await inputs.getByLabel('Why it is not required any more').fill('They are on the page already');
  await page.keyboard.press('Control+Enter');
  await expect(missing).toBeHidden();
  await expect(pane.getByText('They are on the page already, Photos → –', { exact: false })).toBeVisible();

  // Nobody has looked at it: it stays here, and the form says why although it has no such field.
  const refused = await offer(page, pane);
  await expect(refused.locator('.note-bad')).toContainText('eview');
  // What was typed is not lost unasked.
  page.once('dialog', (question) => void question.accept());
  await page.keyboard.press('Escape');
  await expect(refused).toBeHidden();

  await pane.getByRole('button', { name: 'Write down a review' }).click();
  const review = page.getByRole('dialog', { name: 'Write down a review' });
  await review.getByLabel('When').selectOption({ label: 'At the end' });
  await review.getByRole('button', { name: 'Save' }).click();
  await expect(pane.getByText('First review came late')).toBeVisible();
  await handed(page, pane);

  await pane.getByRole('button', { name: 'Approve or stop' }).click();
  const decision = page.getByRole('dialog', { name: 'Approve or stop' });
  await expect(decision).toContainText('Mia Berg decides.');
  await decision.getByLabel('Evidence').fill('Mail of 20 November');
  await page.keyboard.press('Control+Enter');
  await expect(pane.getByText('Mia Berg, written down by Ana Ruiz')).toBeVisible();
  // What is approved can be stopped until it is delivered.
  await pane.getByRole('button', { name: 'Approve or stop' }).click();
  await expect(decision.getByLabel('Decision').getByRole('option')).toHaveText(['Stop']);
  await page.keyboard.press('Escape');

  await pane.getByRole('button', { name: 'Move to…' }).click();
  const move = page.getByRole('dialog', { name: 'Move Case study' });
  await move.getByLabel('Column').selectOption({ label: 'Delivered' });
  await move.getByRole('button', { name: 'Move', exact: true }).click();
  await expect(pane.getByText('Not judged yet: it does not count.')).toBeVisible();
  await expect(pane.getByRole('button', { name: 'Approve or stop' })).toBeHidden();
  await pane.getByRole('button', { name: 'Judge' }).click();
  await page.getByRole('dialog', { name: 'Quality verdict' }).getByRole('button', { name: 'Save' }).click();
  await expect(pane.getByText('Counts as delivered')).toBeVisible();
  await expect(pane.getByRole('listitem').filter({ hasText: 'Judged' })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/card=/);
});

test('s3_36 the board of all is an area of its own, and shows what nobody requested', async ({
  page,
  request,
  server,
}) => {
  await page.goto('/');
  await expect(page.getByRole('navigation').first()).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('b');
  await expect(page.getByRole('heading', { level: 1, name: 'Board of all' })).toBeFocused();
  await expect(page.locator('.card-item').first()).toBeVisible();
  await expectAccessible(page);
  // What came by a request can be left out; only what is in sight is drawn, so on one board.
  const headers = await bearer(request, server.url);
  const found = await request.get(`${server.url}/api/v1/requests?state=triaged`, { headers });
  const asked = (await found.json()).items.find((one: { title: string }) => one.title.startsWith('Form to book'));
  await page.goto(board({ url: server.url, account: asked.account_id, retainer: asked.retainer_id }));
  await expect(card(page, 'Form to book a first visit')).toBeVisible();
  const shown = async (): Promise<number> => {
    const counts = await page.locator('.board-head .board-count').allTextContents();
    return counts.reduce((sum, text) => sum + Number.parseInt(text, 10), 0);
  };
  const all = await shown();
  const only = page.getByRole('button', { name: 'Without a request' });
  await only.click();
  await expect(card(page, 'Form to book a first visit')).toBeHidden();
  // The counts follow, and the address keeps it.
  expect(await shown()).toBeLessThan(all);
  await expect(page).toHaveURL(/unasked=1/);
  await page.reload();
  await expect(only).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('.card-item').first()).toBeVisible();
  await expectAccessible(page);
});

test('on a phone one column is shown, with a switch, and a card is a full page', async ({ page, request, server }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const work = await opened(page, request, server);
  await makeWork(request, work, { title: 'Photos' });
  await page.getByRole('button', { name: /^Intake/ }).click();
  await expect(card(page, 'Photos')).toBeVisible();
  await expect(page.locator('.board-head')).toHaveCount(1);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(360);
  await expectAccessible(page);
  await page.locator('.card-title', { hasText: 'Photos' }).click();
  await expect(page.getByRole('complementary', { name: /Photos/ })).toBeVisible();
  await expect(page.locator('.board-main')).toBeHidden();
  await page.goBack();
  await expect(card(page, 'Photos')).toBeVisible();
});
