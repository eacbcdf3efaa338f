import { chromium } from '@playwright/test';
const [,, base, ...paths] = process.argv;
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless','--no-sandbox','--disable-gpu','--disable-quic','--no-first-run'] });
const scheme = process.env.SCHEME ?? 'light', w = +(process.env.W ?? 1280), h = +(process.env.H ?? 800);
const p = await b.newPage({ viewport: { width: w, height: h }, colorScheme: scheme, locale: 'en-GB', timezoneId: 'Europe/Berlin' });
p.on('console', m => { if (m.type() === 'error') console.log('console:', m.text().slice(0,300)); });
p.on('pageerror', e => console.log('pageerror', String(e).slice(0,300)));
await p.goto(base + '/');
await p.getByLabel(/mail/i).first().waitFor({timeout:20000});
await p.screenshot({ path: `/tmp/shots/signin-${scheme}-${w}.png` });
await p.getByLabel(/mail/i).first().fill('ana@fieldwork.example');
await p.getByLabel(/password/i).first().fill('perennial-demo');
await p.keyboard.press('Enter');
await p.waitForTimeout(1500);
for (const path of paths) {
  let [url, name] = path.split('=');
  if (url !== '.') { await p.evaluate(u => { history.pushState({}, '', u); dispatchEvent(new PopStateEvent('popstate')); }, url); }
  await p.waitForTimeout(900);
  await p.screenshot({ path: `/tmp/shots/${name}-${scheme}-${w}.png`, fullPage: !!process.env.FULL });
  console.log(name, await p.title());
}
await b.close();
