// Puts one file of texts a language beside the app, and names them in its page for start.js.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Sixteen digits of what a file holds: the server lets browsers keep such names for good. */
export const hashOf = (...contents) => {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content);
  return hash.digest('hex').slice(0, 16);
};

export function placeWords(staging, parts, base) {
  const folder = join(parts, 'words');
  const files = readdirSync(folder).sort().map((file) => {
    const language = basename(file, '.txt');
    const text = readFileSync(join(folder, file));
    const name = `words-${language}-${hashOf(text)}.txt`;
    writeFileSync(join(staging, name), text);
    return `${language}=${base}${name}`;
  });
  const page = join(staging, 'index.html');
  const html = readFileSync(page, 'utf8');
  const app = /<meta name="?perennial-app"? [^>]*>/;
  if (!app.test(html)) throw new Error('the page names no app');
  writeFileSync(page, html.replace(app, (meta) => `${meta}<meta name="perennial-words" content="${files.join(' ')}">`));
}
