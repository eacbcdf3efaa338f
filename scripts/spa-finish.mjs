// Trunk's post_build hook: what Trunk does not do. Trunk runs the hooks of a stage at once, so
// these steps are one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compress, minify } from './spa-compress.mjs';
import { placeParts } from './spa-split.mjs';
import { placeWords } from './spa-words.mjs';

if (!process.env.PERENNIAL_WASM_BINDGEN) throw new Error('build the app by scripts/build-spa.sh or make dev');
const staging = process.env.TRUNK_STAGING_DIR;
const release = process.env.TRUNK_PROFILE !== 'debug';

// `/app-HASH.js /app-HASH_bg.wasm`, as Trunk.toml has it.
const page = readFileSync(join(staging, 'index.html'), 'utf8');
const [, base, app] = /content="(\S*\/)([a-z]+-[0-9a-f]+)\.js /.exec(page) ?? [];
if (!app) throw new Error('the page names no app');
// scripts/shims/wasm-bindgen has put it there.
const parts = join(process.env.CARGO_TARGET_DIR, 'parts', app.split('-')[0]);

placeWords(staging, parts, base);
await placeParts(staging, parts, app, release);
if (release) {
  minify(staging);
  compress(staging);
}
