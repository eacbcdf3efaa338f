// What a visitor waits for, beside a bare page in the same run, since machines are noisy.
import { createServer, type AddressInfo } from 'node:net';
import { type Browser, type Page } from '@playwright/test';
import { test } from '../support/fixtures.ts';
import { median, table } from './measure.ts';

const runs = 5;
const slow4g = { offline: false, latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 768_000 / 8 };

interface Visit {
  firstPaintMs: number;
  largestPaintMs: number;
  headingMs: number;
  shift: number;
  bytes: number;
}

// Runs in the page before any script of it.
function watch(): void {
  const seen = { largest: 0, shift: 0, heading: 0 };
  Object.assign(window, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.largest = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shift += (entry as unknown as { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
  new MutationObserver(() => {
    if (!seen.heading && document.querySelector('h1')) seen.heading = performance.now();
  }).observe(document, { childList: true, subtree: true });
}

async function visit(page: Page, url: string, slow: boolean): Promise<Visit> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  let bytes = 0;
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  if (slow) {
    await devtools.send('Network.emulateNetworkConditions', slow4g);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  }
  await page.addInitScript(watch);
  await page.goto(url);
  await page.waitForSelector('h1', { timeout: 60_000 });
  await page.waitForLoadState('networkidle');
  const seen = await page.evaluate(() => ({
    ...(window as unknown as { seen: { largest: number; shift: number; heading: number } }).seen,
    first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  }));
  return { firstPaintMs: seen.first, largestPaintMs: seen.largest, headingMs: seen.heading, shift: seen.shift, bytes };
}

async function visits(browser: Browser, url: string, slow: boolean): Promise<Visit[]> {
  const found: Visit[] = [];
  for (let run = 0; run < runs; run += 1) {
    const context = await browser.newContext({ viewport: slow ? { width: 360, height: 740 } : { width: 1280, height: 800 } });
    found.push(await visit(await context.newPage(), url, slow));
    await context.close();
  }
  return found;
}

function barePage(): Promise<{ url: string; close(): void }> {
  const body = '<!doctype html><title>Bare</title><h1>Bare</h1>';
  const head = `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(head + body));
  });
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () =>
      done({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() }),
    ),
  );
}

for (const { name, slow, limits } of [
  { name: 'desktop', slow: false, limits: [1_000, 1_200, 1_800] },
  { name: 'phone, slow 4G, 4 × slower processor', slow: true, limits: [3_000, 3_000, 5_500] },
]) {
  test(`first visit, ${name}`, async ({ browser, server }) => {
    const bare = await barePage();
    const plain = await visits(browser, bare.url, slow);
    bare.close();
    const app = await visits(browser, `${server.url}/`, slow);
    const row = (words: string, of: (one: Visit) => number, limit: number) => {
      const [ours, theirs] = [median(app.map(of)), median(plain.map(of))];
      return [words, `${ours.toFixed(0)} ms`, `${theirs.toFixed(0)} ms`, (ours / theirs).toFixed(1), `${limit} ms`];
    };
    table(
      `First visit, ${name}, median of ${runs}`,
      ['', 'app', 'bare page', 'ratio', 'limit'],
      [
        row('first contentful paint', (one) => one.firstPaintMs, limits[0] ?? 0),
        row('largest contentful paint', (one) => one.largestPaintMs, limits[1] ?? 0),
        row('heading drawn by the app', (one) => one.headingMs, limits[2] ?? 0),
        ['layout shift', median(app.map((one) => one.shift)).toFixed(3), '', '', '0.02'],
        ['all bytes', `${(median(app.map((one) => one.bytes)) / 1000).toFixed(0)} KB`, '', '', '620 KB'],
      ],
    );
  });
}
