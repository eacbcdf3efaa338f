// Puts what wasm-split cut off beside the app: a file an area, and what several of them share.
// Names carry a hash of the content; the app's own is made anew, since its script names the rest.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shrink } from './spa-shrink.mjs';
import { hashOf } from './spa-words.mjs';

const frontend = join(import.meta.dirname, '..', 'frontend');
const tool = (name) => join(frontend, 'node_modules', '.bin', name);
const link = '__wasm_split.js';

/** Replaces a text that must be there exactly so often. */
const replaced = (text, times, from, to) => {
  const pieces = text.split(from);
  if (pieces.length !== times + 1) throw new Error(`${link} is not as expected: ${from}`);
  return pieces.join(to);
};

// Most of what areas share is in very small parts: one file holds those all, loaded once. A larger
// one is a file that is loaded with the areas that need it.
const packedBelow = 8_192;
const sharedLoader = (name) => `
let shared;
const part = (from, to) => {
  shared ??= fetch(new URL("./${name}", import.meta.url)).then((answer) => {
    if (!answer.ok) throw new Error(answer.url + " answered " + answer.status);
    return answer.arrayBuffer();
  });
  shared.catch(() => { shared = undefined; });
  const headers = { "content-type": "application/wasm" };
  return shared.then((bytes) => new Response(bytes.slice(from, to), { headers }));
};
`;

function placeShared(staging, folder, names, script) {
  const contents = names.map((name) => readFileSync(join(folder, name)));
  const file = `shared-${hashOf(...contents)}.bin`;
  writeFileSync(join(staging, file), Buffer.concat(contents));
  let from = 0;
  names.forEach((name, n) => {
    const to = from + contents[n].length;
    script = replaced(script, 1, `fetch(new URL("./${name}", import.meta.url))`, `part(${from}, ${to})`);
    from = to;
  });
  return sharedLoader(file) + script;
}

/** `title` says what a part is called in public. */
function placeAlone(staging, folder, names, title, script) {
  for (const name of names) {
    const content = readFileSync(join(folder, name));
    const file = `${title(name)}-${hashOf(content)}.wasm`;
    writeFileSync(join(staging, file), content);
    script = replaced(script, 1, `new URL("./${name}", import.meta.url)`, `new URL("./${file}", import.meta.url)`);
  }
  return script;
}

/** `app` is `app-HASH` as Trunk named it. */
export async function placeParts(staging, parts, app, release) {
  const folder = join(parts, 'split');
  const files = readdirSync(folder).filter((file) => file.endsWith('.wasm')).sort();
  if (release) await shrink(files.map((file) => join(folder, file)));

  const [name] = app.split('-');
  let script = readFileSync(join(folder, link), 'utf8');
  script = replaced(script, 1, `from "./${name}.js"`, `from "./${app}.js"`);
  const areas = files.filter((file) => file.startsWith('split_'));
  script = placeAlone(staging, folder, areas, (file) => file.slice('split_'.length, -'.wasm'.length), script);
  const shared = files.filter((file) => file.startsWith('chunk_'));
  const small = shared.filter((file) => statSync(join(folder, file)).size < packedBelow);
  const large = shared.filter((file) => !small.includes(file));
  script = placeAlone(staging, folder, large, () => 'shared', script);
  if (small.length > 0) script = placeShared(staging, folder, small, script);

  // One script, so that none waits for another to name it.
  const glue = join(staging, `${app}.js`);
  writeFileSync(join(staging, link), script);
  const bundle = ['--bundle', '--format=esm', '--external:./snippets/*', '--log-level=error', '--allow-overwrite'];
  execFileSync(tool('esbuild'), [glue, ...bundle, `--outfile=${glue}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  rmSync(join(staging, link));
  rename(staging, app, name);
}

function rename(staging, app, name) {
  const contents = ['.js', '_bg.wasm'].map((end) => readFileSync(join(staging, app + end)));
  const own = `${name}-${hashOf(...contents)}`;
  for (const end of ['.js', '_bg.wasm', '.d.ts', '_bg.wasm.d.ts']) {
    if (existsSync(join(staging, app + end))) renameSync(join(staging, app + end), join(staging, own + end));
  }
  const page = join(staging, 'index.html');
  writeFileSync(page, readFileSync(page, 'utf8').replaceAll(app, own));
}
