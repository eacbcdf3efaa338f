// The rules in the browser are the rules of the server: the worked examples, answered by both builds.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';

const root = resolve(import.meta.dirname, '..', '..');
const folder = join(root, 'shared', 'tests', 'vectors');
const built = join(root, 'frontend', 'target', 'wasm-vectors');
const native = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug', 'wasm-vectors');
const kinds = ['cycles', 'rollover', 'proration', 'money', 'recurring_invoices'];

// What wasm-bindgen's glue leaves in the page.
declare const wasm_bindgen: {
  (): Promise<unknown>;
  answers(kind: string, file: string): string;
};

function byCase(text: string): Map<string, string> {
  const lines = text.trimEnd().split('\n');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)]));
}

test('the browser answers each worked example as the server does', async ({ page }) => {
  const files = kinds.map((kind) => [kind, readFileSync(join(folder, `${kind}.json`), 'utf8')] as const);
  const ids = files.flatMap(([kind, file]) =>
    (JSON.parse(file) as { cases: { id: string }[] }).cases.map(({ id }) => `${kind}/${id}`),
  );
  const server = byCase(execFileSync(native, [folder], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));

  // A page of its own: none of this is served by the program.
  await page.route('http://rules.invalid/**', (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name) return route.fulfill({ path: join(built, name) });
    return route.fulfill({ contentType: 'text/html', body: '<script src="wasm_vectors.js"></script>' });
  });
  await page.goto('http://rules.invalid/');
  const answered = await page.evaluate(async (files) => {
    await wasm_bindgen();
    return files.map(([kind, file]) => wasm_bindgen.answers(kind, file)).join('');
  }, files);
  const browser = byCase(answered);

  expect(ids.length).toBeGreaterThan(400);
  expect([...server.keys()]).toEqual(ids);
  expect([...browser.keys()]).toEqual(ids);
  const differ = ids.filter((id) => browser.get(id) !== server.get(id));
  expect(differ.map((id) => `${id}: ${browser.get(id)} in the browser, ${server.get(id)} on the server`)).toEqual([]);
  // An answer is JSON: no case failed to run.
  for (const id of ids) expect(() => JSON.parse(server.get(id) ?? ''), id).not.toThrow();
});
